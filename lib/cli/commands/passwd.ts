// The entry of `hermetic-ssl passwd`.
import { JSON_OPTION, type Command } from '../frame/command.js';

const MOST_ITERATIONS = 10_000_000;
const MOST_MILLISECONDS = 60_000;

export const passwd: Command = {
  name: 'passwd',
  summary: 'hashes a password for storage, verifies one, or finds the iterations for a time',
  operands: '',
  minOperands: 0,
  maxOperands: 0,
  description: [
    'Asks for a password on the terminal without showing it, twice, and prints its PBKDF2 hash as a string that names its own parameters. Without a terminal, the first line of standard input is the password.',
  ],
  options: [
    {
      name: 'verify',
      value: 'STORED',
      help: 'compares the password with a stored string of any supported format',
    },
    {
      name: 'tune',
      help: 'measures how many iterations take the time of --ms here, next to OWASP’s figure; asks for no password',
    },
    {
      name: 'ms',
      value: 'MS',
      range: [1, MOST_MILLISECONDS],
      help: 'the milliseconds for --tune (250)',
    },
    {
      name: 'algorithm',
      value: 'NAME',
      choices: ['pbkdf2-sha256', 'pbkdf2-sha512'],
      help: 'the derivation (pbkdf2-sha256)',
    },
    {
      name: 'iterations',
      value: 'N',
      range: [1, MOST_ITERATIONS],
      help: 'iterations; OWASP’s figure for the algorithm by default',
    },
    {
      name: 'format',
      value: 'FORMAT',
      choices: ['phc', 'passlib', 'django', 'werkzeug', 'aspnet'],
      help: 'the form of the string (phc)',
    },
    JSON_OPTION,
  ],
  exitCodes: [
    { code: 1, when: 'the password is not the one of --verify, or the two entries differ' },
    {
      code: 2,
      when: 'the arguments are wrong, the stored string cannot be used, or a password is missing',
    },
  ],
  examples: [
    { line: 'hermetic-ssl passwd', shows: 'a string to store' },
    {
      line: "hermetic-ssl passwd --verify '$pbkdf2-sha256$i=600000$…'",
      shows: 'checks a password',
    },
    { line: 'hermetic-ssl passwd --tune --ms 250', shows: 'the iterations of this machine' },
  ],
  load: async () => (await import('../passwd.js')).passwd,
};
