/** Each method of an SSLObject at every time of a connection's life: before, in and after the handshake. */
import type { Random } from '../support/random.js';
import type { Script, Step } from '../support/script.js';
import { bytes, call } from '../support/script.js';
import { connected, inEachVersion, pair, read, shake, step, write } from '../support/tls-steps.js';

const WHENEVER = ['read', 'unwrap', 'version', 'pending', 'getpeercert'];

/** Everything that is not for the beginning. */
const early = inEachVersion('before the handshake', (version) =>
  ['c', 's'].flatMap((side) => [
    ...WHENEVER.flatMap((method) => [
      ...pair({ client: version }),
      step(side, method),
      step(side, method),
      shake,
      write('c', bytes('x')),
      read('s'),
    ]),
    ...pair({ client: version }),
    write(side, bytes('early')),
    shake,
    ...['c', 's'].flatMap((end) => [read(end), read(end)]),
    call(`${side}.verify_client_post_handshake`),
  ]),
);

/** Handshakes whose flights are carried by other methods, or in another order. */
const ORDERS: readonly (readonly string[])[] = [
  ['s.do_handshake', 's.do_handshake', 'c.do_handshake', 'c.do_handshake'],
  ['c.do_handshake', 'c.do_handshake', 's.do_handshake', 's.do_handshake'],
  ['c.read', 's.read', 'c.read', 's.read', 'c.read', 's.read'],
  ['c.do_handshake', 's.read', 'c.read', 's.read', 'c.read'],
  ['c.do_handshake', 's.do_handshake', 'c.unwrap', 's.do_handshake', 'c.do_handshake', 'c.unwrap'],
  ['c.do_handshake', 's.unwrap', 's.do_handshake', 's.unwrap', 'c.do_handshake'],
  ['c.do_handshake', 's.do_handshake', 'c.do_handshake', 'c.unwrap', 's.do_handshake', 's.read'],
  [
    'c.do_handshake',
    's.do_handshake',
    'c.do_handshake',
    's.read',
    'c.read',
    's.unwrap',
    'c.unwrap',
  ],
];

const orders = inEachVersion('orders of the handshake', (version) =>
  ORDERS.flatMap((order) => [
    ...pair({ client: version }),
    ...order.map((path) => call(path)),
    shake,
    write('c', bytes('up')),
    read('s'),
    write('s', bytes('down')),
    read('c'),
    ...['c', 's', 'c', 's', 'c'].map((side) => step(side, 'unwrap')),
  ]),
);

/** Ways to end, after a handshake: c or s, and what it does. */
const ENDINGS: readonly (readonly string[])[] = [
  ['c.unwrap', 's.unwrap', 'c.unwrap', 's.unwrap', 'c.read', 's.read'],
  ['c.unwrap', 's.read', 's.read', 's.write', 'c.read', 's.unwrap', 'c.unwrap', 'c.unwrap'],
  ['c.unwrap', 'c.write', 'c.read', 's.read', 's.unwrap', 's.write', 's.read', 'c.read', 'c.read'],
  ['s.write', 'c.unwrap', 'c.unwrap', 'c.read', 's.unwrap', 'c.unwrap', 'c.read'],
  ['c.write', 's.unwrap', 's.read', 's.unwrap', 'c.unwrap', 's.unwrap', 's.read'],
  ['c.unwrap', 's.unwrap', 'c.do_handshake', 's.do_handshake', 'c.version', 's.version'],
  ['c.unwrap', 's.unwrap', 's.pending', 's.getpeercert', 'c.cipher', 'c.write', 's.write'],
  ['c.do_handshake', 's.do_handshake', 's.do_handshake', 'c.read', 's.read'],
  ['up.write_eof', 's.read', 's.read', 's.write', 's.unwrap', 's.do_handshake', 's.read'],
  ['up.write_eof', 'c.write', 'c.unwrap', 'c.read', 's.unwrap', 's.read'],
  ['c.unwrap', 'up.write_eof', 's.read', 's.read', 's.unwrap', 's.unwrap', 'c.unwrap'],
  ['c.write', 'up.write_eof', 's.read', 's.read', 's.read'],
  ['down.write_eof', 'c.unwrap', 'c.unwrap', 'c.read', 'c.write'],
  ['down.garbage', 'c.read', 'c.read', 'c.write', 'c.unwrap', 's.read', 's.read'],
  ['c.write', 'up.garbage', 's.read', 's.read', 's.unwrap', 'c.read'],
  ['c.write', 'up.take', 's.read', 'c.write', 's.read', 's.read', 'c.read', 'c.read'],
  ['c.write', 'up.cut', 's.read', 'up.write_eof', 's.read', 's.read'],
  [
    's.unwrap',
    'c.write',
    's.read',
    'c.read',
    's.read',
    'c.write',
    'c.unwrap',
    's.unwrap',
    's.read',
  ],
];

const SPECIAL: Readonly<Record<string, Step>> = {
  'c.write': write('c', bytes('from c')),
  's.write': write('s', bytes('from s')),
  'down.garbage': call('down.write', [bytes('no record at all')]),
  'up.garbage': call('up.write', [bytes('\x17\x03\x03\x00\x20' + 'x'.repeat(32))]),
  'up.take': call('up.read', [], null, { show: 'nothing' }),
  'up.cut': call('up.read', [1], null, { show: 'nothing' }),
};

const endings = ENDINGS.flatMap((ending) =>
  inEachVersion(`an ending (${ending.join(', ')})`, (version) => [
    ...connected({ client: version }),
    // The tickets of TLS 1.3 are on their way.
    read('c'),
    ...ending.map((path) => SPECIAL[path] ?? call(path)),
  ]),
);

const ends = [
  ['up.write_eof', 's.do_handshake', 's.do_handshake', 's.read', 's.write'],
  ['down.write_eof', 'c.do_handshake', 'c.do_handshake', 'c.read', 'c.unwrap'],
  ['c.do_handshake', 'up.write_eof', 's.do_handshake', 's.do_handshake', 's.unwrap'],
  ['c.do_handshake', 'up.cut', 'up.write_eof', 's.do_handshake', 's.do_handshake'],
  ['c.do_handshake', 's.do_handshake', 'down.write_eof', 'c.do_handshake', 'c.read', 'c.read'],
  ['up.garbage', 's.do_handshake', 's.do_handshake', 'c.do_handshake'],
  ['down.garbage', 'c.do_handshake', 'c.do_handshake', 's.do_handshake'],
  ['c.do_handshake', 's.do_handshake', 'down.garbage', 'c.do_handshake', 's.do_handshake'],
].flatMap((order) =>
  inEachVersion(`a broken handshake (${order.join(', ')})`, (version) => [
    ...pair({ client: version }),
    ...order.map((path) => SPECIAL[path] ?? call(path)),
  ]),
);

/** Returns a step of one end for a random sequence; every step is allowed at any time. */
function randomStep(random: Random): Step {
  const side = random.pick(['c', 's']);
  const kind = random.below(24);
  if (kind < 9) return read(side, random.below(random.pick([2, 40, 20_000])));
  if (kind < 17)
    return write(side, bytes(random.bytes(random.below(random.pick([2, 40, 17_000])))));
  if (kind < 18) return step(side, 'unwrap');
  return step(side, random.pick(['pending', 'version', 'do_handshake']));
}

/** Steps from the first flight on, in any order. */
const sequence = (random: Random, number: number): Script[] =>
  inEachVersion(`SSLObject, random sequence ${number}`, (version) => [
    ...pair({ client: version }),
    ...Array.from({ length: 6 }, () => step(random.pick(['c', 's']), 'do_handshake')),
    shake,
    ...Array.from({ length: 40 }, () => randomStep(random)),
    ...['c', 's', 'c', 's'].flatMap((side) => [step(side, 'unwrap'), read(side)]),
  ]);

export const randomSslObject = (random: Random): Script[] =>
  Array.from({ length: 40 }, (_, number) => sequence(random, number)).flat();

export const sslLife: readonly Script[] = [...early, ...orders, ...endings, ...ends];
