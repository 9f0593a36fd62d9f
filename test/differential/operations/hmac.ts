/** hmac: new, digest and HMAC with every kind of key, message and digest, and compare_digest. */
import type { Random } from '../support/random.js';
import type { Script, Step, Value } from '../support/script.js';
import {
  bytearray,
  bytes,
  call,
  float,
  get,
  make,
  memoryview,
  ref,
  repeated,
  returning,
  thing,
} from '../support/script.js';

const FIXED = [
  ...['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3_224', 'sha3_256', 'sha3_384'],
  ...['sha3_512', 'blake2b', 'blake2s'],
];

const KEYS: readonly Value[] = [
  ...[bytes('key'), bytearray('key'), memoryview('key'), bytes('')],
  ...[63, 64, 65, 127, 128, 129, 135, 136, 137, 5000].map((length) => repeated('k', length)),
  ...['key', '', null, 1, true, [], thing, float(2.5)],
];

const MESSAGES: readonly Value[] = [
  ...[bytes('msg'), bytearray('msg'), memoryview('msg'), bytes(''), repeated('m', 100_000), null],
  ...['msg', '', 1, true, [], thing, float(2.5)],
];

const DIGESTS: readonly Value[] = [
  ...FIXED,
  ...FIXED.map((name) => ref(`hashlib.${name}`)),
  ...[
    'SHA256',
    'SHA3-256',
    'spam',
    '',
    'shake_128',
    'shake_256',
    'hmac-sha256',
    'sha256\0',
    '\u00e9',
  ],
  ...[
    null,
    1,
    0,
    true,
    false,
    bytes('sha256'),
    [],
    thing,
    float(2.5),
    returning(1),
    returning(null),
  ],
  ...[ref('hashlib.shake_128'), ref('hashlib.new')],
];

const ways = (key: Value, message: Value, digest: Value): Step[] => [
  call('hmac.new', [key, message, digest], null, { show: 'hash' }),
  call('hmac.HMAC', [key, message, digest], null, { show: 'hash' }),
  call('hmac.digest', [key, message, digest]),
];

const keys: Script = {
  name: 'keys of HMAC',
  steps: KEYS.flatMap((key) => [
    ...ways(key, bytes('msg'), 'sha256'),
    ...ways(key, bytes('msg'), 'sha3_256'),
    ...ways(key, bytes('msg'), 'blake2s'),
  ]),
};

const messages: Script = {
  name: 'messages of HMAC',
  steps: [
    ...MESSAGES.flatMap((message) => ways(bytes('key'), message, 'sha256')),
    ...MESSAGES.flatMap((message) => [
      make('mac', 'hmac.new', [bytes('key'), bytes('begin'), 'sha256']),
      call('mac.update', [message]),
      call('mac.hexdigest'),
    ]),
    call('mac.update'),
  ],
};

const digests: Script = {
  name: 'digests of HMAC',
  steps: [
    ...DIGESTS.flatMap((digest) => ways(bytes('key'), bytes('msg'), digest)),
    call('hmac.new', [bytes('key'), bytes('msg')]),
    call('hmac.new', [bytes('key')]),
    call('hmac.new'),
    call('hmac.digest', [bytes('key'), bytes('msg')]),
    call('hmac.digest', [bytes('key')]),
  ],
};

const objects: Script = {
  name: 'objects of HMAC',
  steps: [...FIXED, 'SHA256', 'SHA3-256'].flatMap((digest) => [
    make('mac', 'hmac.new', [bytes('key'), null, digest]),
    ...['name', 'digest_size', 'block_size'].map((name) => get(`mac.${name}`)),
    call('mac.update', [bytes('one')]),
    make('copy', 'mac.copy'),
    call('copy.update', [bytes('two')]),
    call('mac.update', [bytes('three')]),
    ...['mac', 'copy'].flatMap((which) => [
      call(`${which}.digest`),
      call(`${which}.hexdigest`),
      get(`${which}.name`),
    ]),
    call('mac.digest'),
  ]),
};

const COMPARED: readonly Value[] = [
  ...[bytes('abc'), bytes('abd'), bytes('ab'), bytes(''), bytearray('abc'), memoryview('abc')],
  ...['abc', 'abd', 'ab', '', 'ab\u00e9', '\u20ac', 'a\0b', '\u00e9', '\ud800', '\u0130'],
  ...[null, 1, 0, true, [], ['abc'], thing, float(2.5)],
];

const comparison: Script = {
  name: 'compare_digest',
  steps: [
    ...COMPARED.flatMap((a) => COMPARED.map((b) => call('hmac.compare_digest', [a, b]))),
    call('hmac.compare_digest', [bytes('abc')]),
    call('hmac.compare_digest'),
    call('secrets.compare_digest', [bytes('abc'), bytes('abc')]),
    call('secrets.compare_digest', ['abc', 'abd']),
  ],
};

/** Keys and pieces of random lengths. */
export const randomMacs = (random: Random): Script[] =>
  Array.from({ length: 40 }, (_, number) => ({
    name: `hmac, random sequence ${number}`,
    steps: [
      make('mac', 'hmac.new', [bytes(random.bytes(random.below(200))), null, random.pick(FIXED)]),
      ...Array.from({ length: 12 }, (): Step => {
        if (random.below(4) === 0) return make('mac', 'mac.copy');
        return call('mac.update', [bytes(random.bytes(random.below(400)))]);
      }),
      call('mac.hexdigest'),
    ],
  }));

export const hmac: readonly Script[] = [keys, messages, digests, objects, comparison];
