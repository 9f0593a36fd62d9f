/** secrets, os.urandom and os.getrandom: what their results look like, and what they refuse. */
import type { Script, Show, Step, Value } from '../support/script.js';
import { bytes, call, float, get, int, ODD_VALUES, thing } from '../support/script.js';

const COUNTS: readonly Value[] = [
  ...[0, 1, 2, 3, 16, 31, 32, 33, 1000, 70_000, null, -1, -2, -(2 ** 31), -(2 ** 53) + 1],
  ...[true, '1', bytes('1'), float(1.5), [], thing],
];

const shown = (path: string, args: readonly Value[], show: Show): Step =>
  call(path, args, null, { show });

const tokens: Script = {
  name: 'tokens',
  steps: ['token_bytes', 'token_hex', 'token_urlsafe'].flatMap((name) => [
    shown(`secrets.${name}`, [], 'length'),
    ...COUNTS.map((count) => shown(`secrets.${name}`, [count], 'length')),
  ]),
};

const NUMBERS: readonly Value[] = [
  ...[1, 2, 10, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 0, -1, -(2 ** 31), -(2 ** 53) + 1],
  ...[int(-(2n ** 64n)), null, true, false, '1', bytes('1'), float(1.5), float(0.5), [], thing],
];

const numbers: Script = {
  name: 'randbelow and randbits',
  steps: [
    ...NUMBERS.map((bound) => shown('secrets.randbelow', [bound], 'type')),
    call('secrets.randbelow', [1]),
    ...[0, 1, 8, 32, 53, -1, -100, int(-(2n ** 64n)), null, true, '1', float(1.5), [], thing].map(
      (k) => shown('secrets.randbits', [k], 'type'),
    ),
    call('secrets.randbits', [0]),
    call('secrets.randbelow'),
    call('secrets.randbits'),
  ],
};

const choices: Script = {
  name: 'choice',
  steps: [
    ...[['only'], ['a', 'a'], 'x', 'xx', bytes('x'), bytes('xxx'), [null], [[1]]].map((sequence) =>
      call('secrets.choice', [sequence]),
    ),
    ...[[], '', bytes(''), null, 1, true, thing, float(2.5)].map((sequence) =>
      call('secrets.choice', [sequence]),
    ),
    call('secrets.choice'),
    get('secrets.DEFAULT_ENTROPY'),
  ],
};

const systemBytes: Script = {
  name: 'urandom and getrandom',
  steps: [
    ...COUNTS.map((count) => shown('os.urandom', [count], 'length')),
    shown('os.urandom', [], 'length'),
    ...COUNTS.filter((count) => count !== 70_000).map((count) =>
      shown('os.getrandom', [count], 'length'),
    ),
    ...[0, 1, 2, 3, -1, 4, 7, 8, 16, 2 ** 16, 2 ** 30, 2 ** 31, 2 ** 32, ...ODD_VALUES, true].map(
      (flags) => shown('os.getrandom', [8, flags], 'length'),
    ),
    get('os.GRND_NONBLOCK'),
    get('os.GRND_RANDOM'),
  ],
};

export const randomBytes: readonly Script[] = [tokens, numbers, choices, systemBytes];
