/** SSLContext.load_verify_locations in every form, and what a context then says of its trust. */
import type { Keywords, Script, Step, Value } from '../support/script.js';
import {
  bytearray,
  bytes,
  call,
  contentOf,
  file,
  fileAsBytes,
  float,
  joined,
  make,
  memoryview,
  ODD_VALUES,
  ref,
  textOf,
  thing,
} from '../support/script.js';

const context: Step = make('context', 'ssl.SSLContext', [ref('ssl.PROTOCOL_TLS_CLIENT')]);
const stats: Step = call('context.cert_store_stats');

/** Loads each on a context of its own, and looks at what it holds then. */
const loading = (
  name: string,
  given: readonly Keywords[],
  show: 'sorted' | 'length' = 'sorted',
): Script => ({
  name,
  steps: given.flatMap((locations) => [
    context,
    call('context.load_verify_locations', [], locations),
    stats,
    call('context.get_ca_certs', [], { binary_form: true }, { show }),
  ]),
});

const FILES = [
  ...['ca.pem', 'intermediate.pem', 'two.pem', 'twice.pem', 'ca-and-leaf.pem', 'cert.pem'],
  ...['crl.pem', 'ca-and-crl.pem', 'junk-around.pem', 'crlf.pem', 'both.pem', 'key.pem'],
  ...['damaged-ca.pem', 'damaged-second.pem', 'shortened-ca.pem', 'unended.pem', 'trusted.pem'],
  ...['x509.pem', 'empty.pem', 'text.pem', 'binary.pem', 'directory', 'missing.pem'],
  ...['missing/ca.pem', 'ca.pem/below'],
];

const cafiles = loading(
  'load_verify_locations(cafile)',
  FILES.flatMap((name) => [{ cafile: file(name) }, { cafile: fileAsBytes(name) }]),
);

const NO_PATHS: readonly Value[] = [...ODD_VALUES, 'a\0b', bytes('a\0b'), 1, true];

const noPaths = loading(
  'load_verify_locations of what is no path',
  NO_PATHS.flatMap((value) => [
    { cafile: value },
    { capath: value },
    { cafile: value, cadata: textOf('ca.pem') },
    { capath: value, cafile: file('ca.pem') },
  ]),
);

const capaths = loading('load_verify_locations(capath)', [
  ...['hashed', 'directory', 'missing', 'ca.pem'].map((name) => ({ capath: file(name) })),
  { capath: fileAsBytes('hashed') },
  { cafile: file('ca.pem'), capath: file('hashed') },
  { cafile: file('missing.pem'), capath: file('hashed') },
  { cafile: file('empty.pem'), capath: file('missing') },
]);

/** Files that Python does not take as text of `cadata`. */
const NOT_AS_TEXT = new Set(['missing.pem', 'crl.pem', 'ca-and-crl.pem', 'trusted.pem']);

const TEXTS: readonly Value[] = [
  ...FILES.filter((name) => /^[a-z0-9-]+\.pem$/.test(name))
    .filter((name) => !NOT_AS_TEXT.has(name))
    .map(textOf),
  joined(textOf('ca.pem'), textOf('intermediate.pem')),
  joined('before ', textOf('ca.pem')),
  joined('before\n', textOf('ca.pem'), 'between\n', textOf('intermediate.pem'), 'after'),
  joined('\0', textOf('ca.pem')),
  joined(textOf('ca.pem'), '\0', textOf('intermediate.pem')),
  joined(textOf('ca.pem'), '-----BEGIN CERTIFICATE-----\n'),
  joined(textOf('ca.pem'), '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n'),
  ...['', ' ', '\n', 'broken', 'ä', '-----BEGIN CERTIFICATE-----'],
  '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n',
  '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n',
];

const texts = loading(
  'load_verify_locations(cadata) of text',
  TEXTS.map((cadata) => ({ cadata })),
);

const DERS: readonly Value[] = [
  ...['ca.der', 'intermediate.der', 'cert.der', 'key.der', 'text.pem'].map(contentOf),
  joined(contentOf('ca.der'), contentOf('intermediate.der')),
  joined(contentOf('ca.der'), contentOf('ca.der')),
  joined(contentOf('ca.der'), contentOf('cert.der')),
  joined(contentOf('ca.der'), bytes('A')),
  joined(contentOf('ca.der'), bytes('\0')),
  joined(contentOf('ca.der'), bytes('0')),
  joined(contentOf('ca.der'), bytes('0\x82')),
  joined(contentOf('ca.der'), contentOf('key.der')),
  joined(bytes('A'), contentOf('ca.der')),
  ...['', 'broken', '0', '0\0', '0\x80\0\0', '0\x84\xff\xff\xff\xff', '\0', '\xff'].map(bytes),
  bytearray('broken'),
  memoryview('broken'),
];

const ders = loading(
  'load_verify_locations(cadata) of bytes',
  DERS.map((cadata) => ({ cadata })),
);

const data = loading('load_verify_locations(cadata) of anything', [
  ...[...ODD_VALUES, 1, true, float(0), thing].map((cadata) => ({ cadata })),
  {},
  { cafile: null, capath: null, cadata: null },
  { cafile: file('missing.pem'), cadata: textOf('ca.pem') },
  { cafile: file('empty.pem'), cadata: contentOf('ca.der') },
  { cafile: file('ca.pem'), capath: file('hashed'), cadata: textOf('intermediate.pem') },
  { cafile: file('ca.pem'), cadata: 'broken' },
]);

const takenHere = loading(
  'load_verify_locations of what Python refuses',
  [
    { cafile: file('ca.der') },
    { cafile: fileAsBytes('ca.der') },
    ...['crl.pem', 'ca-and-crl.pem', 'trusted.pem'].map((name) => ({ cadata: textOf(name) })),
    { cadata: joined(textOf('ca.pem'), 'ä') },
    { cadata: contentOf('ca.pem') },
  ],
  'length',
);

/** Certificates loaded by one call stay when a later call fails. */
const oneAfterTheOther: Script = {
  name: 'one load after the other',
  steps: [
    context,
    ...['ca.pem', 'ca.pem', 'intermediate.pem', 'empty.pem', 'crl.pem', 'missing.pem', 'cert.pem']
      .map((name) => call('context.load_verify_locations', [], { cafile: file(name) }))
      .flatMap((step) => [step, stats]),
    call('context.get_ca_certs', [], { binary_form: true }, { show: 'sorted' }),
    call('context.get_ca_certs', [], { binary_form: false }, { show: 'length' }),
  ],
};

const defaults: Script = {
  name: 'ssl.create_default_context',
  steps: [
    ...['SERVER_AUTH', 'CLIENT_AUTH'].flatMap((purpose) => [
      make('context', 'ssl.create_default_context', [ref(`ssl.Purpose.${purpose}`)], {
        cafile: file('ca.pem'),
      }),
      ...['protocol', 'verify_mode', 'check_hostname', 'verify_flags'].map((name): Step => ({
        get: `context.${name}`,
      })),
      stats,
    ]),
    call('ssl.create_default_context', [ref('ssl.Purpose.SERVER_AUTH')], { cafile: file('none') }),
    call('ssl.create_default_context', [ref('ssl.Purpose.SERVER_AUTH')], { cadata: 'broken' }),
    call('ssl.create_default_context', [ref('ssl.Purpose.SERVER_AUTH')], { capath: file('none') }),
    ...[...ODD_VALUES, 1, true].map((purpose) => call('ssl.create_default_context', [purpose])),
  ],
};

export const trust: readonly Script[] = [
  cafiles,
  takenHere,
  capaths,
  noPaths,
  texts,
  ders,
  data,
  oneAfterTheOther,
  defaults,
];
