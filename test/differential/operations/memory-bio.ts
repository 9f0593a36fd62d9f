/** MemoryBIO: every method with values of every kind, and random sequences of them. */
import type { Random } from '../support/random.js';
import type { Script, Step, Value } from '../support/script.js';
import {
  bytearray,
  bytes,
  call,
  get,
  int,
  make,
  memoryview,
  ODD_VALUES,
  put,
  repeated,
} from '../support/script.js';

const bio: Step = make('bio', 'ssl.MemoryBIO');
const read = (...size: readonly Value[]): Step => call('bio.read', size);
const write = (data: Value): Step => call('bio.write', [data]);
const writeEof: Step = call('bio.write_eof');
const state: readonly Step[] = [get('bio.pending'), get('bio.eof')];

const SIZES: readonly Value[] = [
  ...[0, 1, 2, 3, 4, 100, -1, -2, -100, 2 ** 31 - 1, -(2 ** 31)],
  ...[2 ** 31, -(2 ** 31) - 1, 2 ** 32, int(2n ** 64n), ...ODD_VALUES],
];

const DATA: readonly Value[] = [
  ...[bytes('abc'), bytearray('abc'), memoryview('abc'), bytes(''), repeated('ab', 100_000)],
  ...['abc', '', 1, 0, true, null, [], [1], ...ODD_VALUES],
];

const methods: Script = {
  name: 'MemoryBIO',
  steps: [
    bio,
    ...state,
    read(),
    ...SIZES.flatMap((size) => [write(bytes('some bytes')), read(size), ...state, read()]),
    ...DATA.flatMap((data) => [write(data), ...state]),
    call('bio.read', [], null, { show: 'length' }),
    ...state,
    ...['pending', 'eof'].map((name) => put(`bio.${name}`, 1)),
    write(bytes('last')),
    writeEof,
    ...state,
    writeEof,
    write(bytes('x')),
    write(bytes('')),
    read(2),
    ...state,
    read(0),
    read(),
    ...state,
    read(),
    read(5),
    read(0),
    write(bytes('x')),
  ],
};

function randomStep(random: Random): Step {
  const kind = random.below(20);
  if (kind < 7) return write(bytes(random.bytes(random.below(random.pick([3, 40, 5000])))));
  if (kind < 15) return read(random.below(random.pick([2, 30, 6000])));
  if (kind < 16) return read();
  if (kind < 17) return read(-1 - random.below(9));
  return get(random.pick(['bio.pending', 'bio.eof']));
}

/** One BIO filled and emptied at random, and at last ended. */
const sequence = (random: Random, number: number): Script => ({
  name: `MemoryBIO, random sequence ${number}`,
  steps: [
    bio,
    ...Array.from({ length: 60 }, () => randomStep(random)),
    writeEof,
    ...state,
    ...Array.from({ length: 10 }, () => randomStep(random)),
    read(),
    ...state,
    read(),
  ],
});

export const memoryBio: readonly Script[] = [methods];

export const randomMemoryBio = (random: Random): Script[] =>
  Array.from({ length: 30 }, (_, number) => sequence(random, number));
