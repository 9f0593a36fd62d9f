// The entry of `hermetic-ssl bench`.
import { JSON_OPTION, type Command } from '../frame/command.js';

const MOST_SECONDS = 600;

export const bench: Command = {
  name: 'bench',
  summary: 'measures this package next to the runtime’s own TLS and hashes, on this machine',
  operands: '',
  minOperands: 0,
  maxOperands: 0,
  description: [
    'Measures handshakes, requests and bulk data with both ends in this process and the defaults of each side, PBKDF2, and hashes. The two sides take turns, and each figure is the median of its runs. If the runs of both sides overlap, it says that there is no difference above the noise.',
  ],
  options: [
    {
      name: 'seconds',
      value: 'SECONDS',
      range: [1, MOST_SECONDS],
      help: 'the time for the measurement (10)',
    },
    { name: 'svg', value: 'FILE', isPath: true, help: 'writes the bars as a picture, too' },
    JSON_OPTION,
  ],
  exitCodes: [],
  examples: [
    {
      line: 'hermetic-ssl bench --svg bench.svg',
      shows: 'a picture with the machine and the date',
    },
  ],
  load: async () => (await import('../bench.js')).bench,
};
