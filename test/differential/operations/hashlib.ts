/** hashlib: every algorithm and name, pieces and copies, BLAKE2's parameters, key derivation, files; and bad arguments. */
import type { Random } from '../support/random.js';
import type { Keywords, Script, Step, Value } from '../support/script.js';
import {
  bytearray,
  bytes,
  call,
  file,
  float,
  get,
  int,
  INTEGERS,
  make,
  memoryview,
  ODD_VALUES,
  opened,
  ref,
  repeated,
  thing,
} from '../support/script.js';

const FIXED = [
  ...['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3_224', 'sha3_256', 'sha3_384'],
  ...['sha3_512', 'blake2b', 'blake2s'],
];
const SHAKES = ['shake_128', 'shake_256'];
const ALGORITHMS = [...FIXED, ...SHAKES];
/** Digests that OpenSSL adds, if it was built with them. */
const OTHERS = ['md5-sha1', 'ripemd160', 'sha512_224', 'sha512_256', 'sm3'];

const ATTRIBUTES = ['name', 'digest_size', 'block_size'];

/** A digest, with the length that a SHAKE needs. */
const digest = (algorithm: string, variable = 'hash'): Step =>
  SHAKES.includes(algorithm) ? call(`${variable}.hexdigest`, [40]) : call(`${variable}.hexdigest`);

const ofEach = (algorithm: string): Script => ({
  name: `hashlib.${algorithm}`,
  steps: [
    make('hash', `hashlib.${algorithm}`),
    ...ATTRIBUTES.map((name) => get(`hash.${name}`)),
    digest(algorithm),
    call('hash.update', [bytes('abc')]),
    digest(algorithm),
    make('copy', 'hash.copy'),
    call('copy.update', [repeated('def', 1000)]),
    digest(algorithm, 'copy'),
    digest(algorithm),
    ...ATTRIBUTES.map((name) => get(`copy.${name}`)),
    make('hash', 'hashlib.new', [algorithm, repeated('x', 100_000)]),
    digest(algorithm),
    ...['digest', 'hexdigest'].flatMap((method) =>
      [[], [0], [1], [32], [1000], [-1], [null], ['1'], [float(2.5)], [true], [int(2n ** 64n)]].map(
        (length) => call(`hash.${method}`, length),
      ),
    ),
    ...ATTRIBUTES.map((name): Step => ({ set: `hash.${name}`, to: 1 })),
  ],
});

const NAMES: readonly Value[] = [
  ...ALGORITHMS.flatMap((name) => [name, name.toUpperCase()]),
  ...OTHERS.flatMap((name) => [name, name.toUpperCase()]),
  ...[
    'sha-256',
    'SHA2-256',
    'sha3-256',
    'SHA3-256',
    'sha512-256',
    'sha512/256',
    'SHAKE128',
    'shake128',
  ],
  ...[
    'blake2b512',
    'BLAKE2b512',
    'blake2s256',
    'BLAKE2B-512',
    'RIPEMD',
    'rmd160',
    'RSA-SHA256',
    'ssl3-md5',
  ],
  ...[
    'spam',
    '',
    ' ',
    'sha',
    'sha256 ',
    ' sha256',
    'sha256\0',
    'sha\u00e9',
    'sha256,',
    '\u{1f600}',
    'md',
    'undefined',
  ],
  ...['x'.repeat(10_000), 'none', 'null', 'constructor', '__proto__', 'toString'],
  ...[null, 1, true, bytes('sha256'), thing, [], ['sha256'], ref('hashlib.sha256'), float(2.5)],
];

const names: Script = {
  name: 'names of algorithms',
  steps: NAMES.map((name) => call('hashlib.new', [name], null, { show: 'hash' })),
};

const DATA: readonly Value[] = [
  ...[bytes('abc'), bytearray('abc'), memoryview('abc'), bytes(''), repeated('ab', 200_000)],
  ...['abc', '', 1, 0, true, [], [1], thing, float(2.5)],
];

const data: Script = {
  name: 'what is hashed',
  steps: [
    ...['sha256', 'blake2b', 'sha3_256', 'md5'].flatMap((algorithm) => [
      ...DATA.flatMap((given) => [
        call(`hashlib.${algorithm}`, [given], null, { show: 'hash' }),
        make('hash', `hashlib.${algorithm}`),
        call('hash.update', [given]),
        digest(algorithm),
      ]),
      make('hash', `hashlib.${algorithm}`),
      call('hash.update', [null]),
      call('hash.update'),
    ]),
    ...DATA.map((given) => call('hashlib.new', ['sha1', given], null, { show: 'hash' })),
  ],
};

const options: Script = {
  name: 'options of hashes',
  steps: [
    ...[true, false].flatMap((value) => [
      call('hashlib.md5', [bytes('x')], { usedforsecurity: value }, { show: 'hash' }),
      call('hashlib.new', ['md5', bytes('x')], { usedforsecurity: value }, { show: 'hash' }),
      call('hashlib.blake2b', [bytes('x')], { usedforsecurity: value }, { show: 'hash' }),
    ]),
    ...['digest_size', 'spam', 'key', 'length'].flatMap((name) => [
      call('hashlib.sha256', [bytes('x')], { [name]: 1 }, { show: 'type' }),
      call('hashlib.sha3_256', [bytes('x')], { [name]: 1 }, { show: 'type' }),
    ]),
    call('hashlib.blake2b', [bytes('x')], { spam: 1 }, { show: 'type' }),
  ],
};

interface Blake2 {
  readonly name: 'blake2b' | 'blake2s';
  readonly digest: number;
  readonly salt: number;
  readonly offset: bigint;
}

const BLAKE2: readonly Blake2[] = [
  { name: 'blake2b', digest: 64, salt: 16, offset: 2n ** 64n },
  { name: 'blake2s', digest: 32, salt: 8, offset: 2n ** 48n },
];

const FOR_BYTES: readonly Value[] = [bytearray('abc'), memoryview('abc'), ...ODD_VALUES, 1, true];
const FOR_NUMBERS: readonly Value[] = [...ODD_VALUES, ...INTEGERS];

function blake2Parameters({ name, digest: most, salt, offset }: Blake2): Script {
  const given: Keywords[] = [
    ...[0, 1, 20, most, most + 1, -1].map((digest_size) => ({ digest_size })),
    ...FOR_NUMBERS.flatMap((value) => [
      { digest_size: value },
      { fanout: value },
      { depth: value },
    ]),
    ...FOR_NUMBERS.flatMap((value) => [{ leaf_size: value }, { node_offset: value }]),
    ...FOR_NUMBERS.flatMap((value) => [{ node_depth: value }, { inner_size: value }]),
    ...FOR_BYTES.flatMap((value) => [{ key: value }, { salt: value }, { person: value }]),
    ...[0, 1, most, most + 1].map((length) => ({ key: repeated('k', length) })),
    ...[0, 1, salt, salt + 1].flatMap((length) => [
      { salt: repeated('s', length) },
      { person: repeated('p', length) },
    ]),
    ...[0, 1, 255, 256].flatMap((value) => [{ fanout: value }, { depth: value }]),
    ...[2 ** 32 - 1, 2 ** 32].map((leaf_size) => ({ leaf_size })),
    ...[int(offset - 1n), int(offset)].map((node_offset) => ({ node_offset })),
    ...[true, false, ...ODD_VALUES].map((last_node) => ({ last_node })),
  ];
  return {
    name: `parameters of ${name}`,
    steps: given.map((kwargs) => call(`hashlib.${name}`, [bytes('abc')], kwargs, { show: 'hash' })),
  };
}

const PASSWORDS: readonly Value[] = [
  ...[bytes('password'), bytearray('password'), memoryview('password'), bytes(''), bytes('a\0b')],
  ...['password', '', null, 1, true, [], thing],
];

const pbkdf2: Script = {
  name: 'pbkdf2_hmac',
  steps: [
    ...[...FIXED, ...OTHERS].flatMap((name) => [
      call('hashlib.pbkdf2_hmac', [name, bytes('password'), bytes('salt'), 3]),
      call('hashlib.pbkdf2_hmac', [name, bytes('password'), bytes('salt'), 1, 150]),
    ]),
    ...[
      ...SHAKES,
      'unknown',
      '',
      'SHA256',
      'SHA2-256',
      null,
      1,
      true,
      bytes('sha1'),
      [],
      thing,
    ].flatMap((name) => [
      call('hashlib.pbkdf2_hmac', [name, bytes('password'), bytes('salt'), 1]),
      call('hashlib.pbkdf2_hmac', [name, bytes('password'), bytes('salt'), 1, 20]),
    ]),
    ...PASSWORDS.flatMap((value) => [
      call('hashlib.pbkdf2_hmac', ['sha1', value, bytes('salt'), 1]),
      call('hashlib.pbkdf2_hmac', ['sha1', bytes('password'), value, 1]),
    ]),
    ...[1, 2, 0, -1, -(2 ** 31), 2 ** 31, 2 ** 32, int(2n ** 64n), ...ODD_VALUES, true].map(
      (count) => call('hashlib.pbkdf2_hmac', ['sha1', bytes('password'), bytes('salt'), count]),
    ),
    ...[null, 1, 100, 0, -1, -(2 ** 31), 2 ** 31, 2 ** 32, int(2n ** 64n), ...ODD_VALUES, true].map(
      (dklen) => call('hashlib.pbkdf2_hmac', ['sha1', bytes('password'), bytes('salt'), 1, dklen]),
    ),
    call('hashlib.pbkdf2_hmac', ['sha1', bytes('password'), bytes('salt')]),
    call('hashlib.pbkdf2_hmac', ['sha1']),
    call('hashlib.pbkdf2_hmac'),
  ],
};

const COST = { salt: bytes('salt'), n: 16, r: 8, p: 1 };
const without = (name: string): Keywords =>
  Object.fromEntries(Object.entries(COST).filter(([key]) => key !== name));

const scrypt: Script = {
  name: 'scrypt',
  steps: [
    call('hashlib.scrypt', [bytes('password')], COST),
    ...PASSWORDS.flatMap((value) => [
      call('hashlib.scrypt', [value], COST),
      call('hashlib.scrypt', [bytes('password')], { ...COST, salt: value }),
    ]),
    ...['salt', 'n', 'r', 'p'].map((name) =>
      call('hashlib.scrypt', [bytes('password')], without(name)),
    ),
    ...['n', 'r', 'p', 'maxmem', 'dklen'].flatMap((name) =>
      [
        ...[
          0,
          1,
          2,
          3,
          16,
          17,
          -1,
          -2,
          2 ** 20,
          2 ** 31 - 1,
          2 ** 31,
          2 ** 32,
          2 ** 53 - 1,
          int(2n ** 64n),
        ],
        ...[null, '1', bytes('1'), float(1.5), true, [], thing],
      ]
        // Two gigabytes of key.
        .filter((value) => name !== 'dklen' || typeof value !== 'number' || value !== 2 ** 31 - 1)
        .map((value) => call('hashlib.scrypt', [bytes('password')], { ...COST, [name]: value })),
    ),
    call('hashlib.scrypt', [bytes('password')], { ...COST, spam: 1 }),
    call('hashlib.scrypt', [bytes('password')], { ...COST, n: 2 ** 15, maxmem: 2 ** 20 }),
    call('hashlib.scrypt', [bytes('password')], { ...COST, n: 2 ** 14, maxmem: 2 ** 25 }),
    call('hashlib.scrypt', [bytes('password')], { ...COST, n: 2 ** 15 }),
    call('hashlib.scrypt', [], COST),
    call('hashlib.scrypt'),
  ],
};

const digests: readonly Value[] = [
  ...[...ALGORITHMS, 'SHA256', 'spam', '', null, 1, true, bytes('sha256'), thing],
  ...['sha256', 'blake2b', 'shake_128'].map((name) => ref(`hashlib.${name}`)),
];

const files: Script = {
  name: 'file_digest',
  steps: [
    ...digests.map((name) =>
      call('hashlib.file_digest', [opened('ca.pem'), name], null, { show: 'hash' }),
    ),
    ...['empty.pem', 'binary.pem', 'ca.der', 'two.pem'].map((name) =>
      call('hashlib.file_digest', [opened(name), 'sha256'], null, { show: 'hash' }),
    ),
    ...[null, 1.5, true, [], thing].map((source) =>
      call('hashlib.file_digest', [source as Value, 'sha256']),
    ),
    call('hashlib.file_digest', [file('ca.pem')]),
    call('hashlib.file_digest'),
  ],
};

const lists: Script = {
  name: 'lists of algorithms',
  steps: [get('hashlib.algorithms_guaranteed')],
};

/** Pieces of random lengths, with copies that go on on their own. */
export const randomHashes = (random: Random): Script[] =>
  Array.from({ length: 40 }, (_, number) => {
    const algorithm = random.pick(ALGORITHMS);
    return {
      name: `hashlib, random sequence ${number}`,
      steps: [
        make('a', 'hashlib.new', [algorithm]),
        make('b', 'hashlib.new', [algorithm, bytes('b')]),
        ...Array.from({ length: 25 }, (): Step => {
          const which = random.pick(['a', 'b']);
          const kind = random.below(10);
          if (kind === 0) return make(random.pick(['a', 'b']), `${which}.copy`);
          if (kind === 1) return digest(algorithm, which);
          return call(`${which}.update`, [
            bytes(random.bytes(random.below(random.pick([3, 200, 3000])))),
          ]);
        }),
        digest(algorithm, 'a'),
        digest(algorithm, 'b'),
      ],
    };
  });

export const hashlib: readonly Script[] = [
  ...ALGORITHMS.map(ofEach),
  names,
  data,
  options,
  ...BLAKE2.map(blake2Parameters),
  pbkdf2,
  scrypt,
  files,
  lists,
];
