/** ssl.SSLContext: what each protocol makes, and every setting with values of every kind. */
import type { Script, Step, Value } from '../support/script.js';
import {
  BOOLEANS,
  bytes,
  call,
  float,
  get,
  int,
  INTEGERS,
  make,
  ODD_VALUES,
  put,
  ref,
  repeated,
  returning,
  thing,
} from '../support/script.js';

const READABLE = [
  'protocol',
  'options',
  'verify_mode',
  'check_hostname',
  'verify_flags',
  'hostname_checks_common_name',
  'minimum_version',
  'maximum_version',
  'security_level',
  'post_handshake_auth',
  'keylog_filename',
  'sni_callback',
];

const PROTOCOLS = ['PROTOCOL_TLS', 'PROTOCOL_TLS_CLIENT', 'PROTOCOL_TLS_SERVER'];
const FIXED_PROTOCOLS = ['PROTOCOL_TLSv1', 'PROTOCOL_TLSv1_1', 'PROTOCOL_TLSv1_2'];

const context = (protocol = 'PROTOCOL_TLS_SERVER'): Step =>
  make('context', 'ssl.SSLContext', [ref(`ssl.${protocol}`)]);

const defaults = (protocol: string): Script => ({
  name: `a context of ${protocol}`,
  steps: [
    context(protocol),
    ...READABLE.map((name) => get(`context.${name}`)),
    call('context.session_stats'),
    call('context.cert_store_stats'),
    call('context.get_ca_certs'),
    call('context.get_ciphers', [], null, { show: 'names' }),
  ],
});

const constructor: Script = {
  name: 'SSLContext()',
  steps: [...INTEGERS, ...ODD_VALUES, ...BOOLEANS].map((value) =>
    call('ssl.SSLContext', [value], null, { show: 'type' }),
  ),
};

/** Sets a property to one value after the other, each on a context of its own. */
function setting(name: string, values: readonly Value[], protocol?: string): Script {
  const steps = values.flatMap((value) => [context(protocol), put(`context.${name}`, value)]);
  const of = protocol === undefined ? '' : ` of ${protocol}`;
  return { name: `context.${name}${of}`, steps };
}

const ANYTHING: readonly Value[] = [...BOOLEANS, ...INTEGERS, ...ODD_VALUES];
const FOR_FLAGS: readonly Value[] = [...BOOLEANS, 0, 1, ...ODD_VALUES];

const VERSIONS = ['MINIMUM_SUPPORTED', 'MAXIMUM_SUPPORTED', 'TLSv1_2', 'TLSv1_3'];
/** Versions that a library may have been built without, or that its distribution forbids. */
const OLD_VERSIONS = ['TLSv1', 'TLSv1_1'];

const versions: Script = {
  name: 'the range of versions',
  steps: [...PROTOCOLS, ...FIXED_PROTOCOLS].flatMap((protocol) =>
    [...VERSIONS, ...OLD_VERSIONS].flatMap((version) =>
      ['minimum_version', 'maximum_version'].flatMap((name) => [
        context(protocol),
        put(`context.${name}`, ref(`ssl.TLSVersion.${version}`)),
        get('context.minimum_version'),
        get('context.maximum_version'),
      ]),
    ),
  ),
};

/** The rules between check_hostname and verify_mode. */
const verification: Script = {
  name: 'check_hostname and verify_mode',
  steps: [...PROTOCOLS].flatMap((protocol) =>
    ['CERT_NONE', 'CERT_OPTIONAL', 'CERT_REQUIRED'].flatMap((mode) => [
      context(protocol),
      put('context.check_hostname', false),
      put('context.verify_mode', ref(`ssl.${mode}`)),
      put('context.check_hostname', true),
      get('context.verify_mode'),
      put('context.verify_mode', ref('ssl.CERT_NONE')),
      put('context.verify_mode', ref('ssl.CERT_OPTIONAL')),
      put('context.check_hostname', false),
      get('context.verify_mode'),
      put('context.verify_mode', ref('ssl.CERT_NONE')),
      get('context.verify_mode'),
      get('context.check_hostname'),
    ]),
  ),
};

const OPTIONS: readonly Value[] = [
  ...['OP_ALL', 'OP_NO_SSLv3', 'OP_NO_TLSv1', 'OP_NO_TLSv1_1', 'OP_NO_TLSv1_2'],
  ...['OP_NO_TLSv1_3', 'OP_NO_TICKET', 'OP_NO_COMPRESSION', 'OP_NO_RENEGOTIATION'],
  ...['OP_CIPHER_SERVER_PREFERENCE', 'OP_SINGLE_DH_USE', 'OP_SINGLE_ECDH_USE'],
  ...['OP_ENABLE_MIDDLEBOX_COMPAT', 'OP_IGNORE_UNEXPECTED_EOF'],
].map((name) => ref(`ssl.${name}`));

const FLAGS: readonly Value[] = [
  ...['DEFAULT', 'CRL_CHECK_LEAF', 'CRL_CHECK_CHAIN', 'X509_STRICT', 'X509_TRUSTED_FIRST'],
  ...['ALLOW_PROXY_CERTS', 'X509_PARTIAL_CHAIN'],
].map((name) => ref(`ssl.VERIFY_${name}`));

const readOnly: Script = {
  name: 'read-only properties',
  steps: [
    context(),
    ...['protocol', 'security_level'].map((name) => put(`context.${name}`, 1)),
    put('context.nothing_of_that_name.further', 1),
  ],
};

const sniCallback: Script = {
  name: 'callbacks for names',
  steps: PROTOCOLS.flatMap((protocol) => [
    context(protocol),
    ...[...ODD_VALUES, 1, true, returning(null)].flatMap((value) => [
      put('context.sni_callback', value),
      call('context.set_servername_callback', [value]),
    ]),
    put('context.sni_callback', null),
    get('context.sni_callback'),
  ]),
};

const CIPHERS = [
  ...['ALL', 'DEFAULT', 'HIGH', 'AESGCM', 'ECDHE+AESGCM', 'AES256-SHA', 'kRSA'],
  ...['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE+AESGCM:ECDHE+CHACHA20', 'ALL:!aNULL:@STRENGTH'],
  ...[
    '',
    ':',
    'NOTHING',
    '^$:,;?*\'"',
    'ALL:!ALL',
    '!ALL',
    'TLS_AES_128_GCM_SHA256',
    'aNULL:NOTHING',
  ],
  ...['DEFAULT:@SECLEVEL=3', 'DEFAULT@SECLEVEL=0', 'DEFAULT:@SECLEVEL=9', '@SECLEVEL=2'],
  ...[
    'ECDHE+AESGCM+SHA256',
    'CHACHA20',
    'PSK',
    'SRP',
    'RC4',
    '3DES',
    'a\0b',
    'ä',
    'x'.repeat(10_000),
  ],
  ...['ECDHE-ECDSA-CHACHA20-POLY1305', 'DHE+AES256', 'AESGCM:-ECDHE', 'AESCCM', 'ARIA', 'CAMELLIA'],
];

const ciphers: Script = {
  name: 'context.set_ciphers',
  steps: [
    ...CIPHERS.flatMap((list) => [
      context(),
      call('context.set_ciphers', [list]),
      get('context.security_level'),
    ]),
    ...[...ODD_VALUES, 1, true].map((value) => call('context.set_ciphers', [value])),
  ],
};

/** Lists whose suites are the same in every OpenSSL from 1.1.1 on. */
const STABLE_CIPHERS = [
  'ECDHE+AESGCM',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'AES256-SHA',
  'CHACHA20',
  'kRSA+AESGCM',
  'AESGCM:-ECDHE',
];

const cipherNames: Script = {
  name: 'context.get_ciphers',
  steps: STABLE_CIPHERS.flatMap((list) => [
    context(),
    call('context.set_ciphers', [list]),
    call('context.get_ciphers'),
  ]),
};

const ALPN: readonly Value[] = [
  [],
  ['h2'],
  ['h2', 'http/1.1'],
  [''],
  ['x'.repeat(255)],
  ['x'.repeat(256)],
  ['h2', ''],
  ['ä'],
  ['a\0b'],
  [bytes('h2')],
  [1],
  [null],
  ['h2', 1],
  'h2',
  bytes('h2'),
  null,
  1,
  thing,
  Array<string>(255).fill('y'.repeat(255)),
  Array<string>(256).fill('y'.repeat(255)),
  Array<string>(40_000).fill('y'),
];

const alpn: Script = {
  name: 'context.set_alpn_protocols',
  steps: ALPN.flatMap((list) => [context(), call('context.set_alpn_protocols', [list])]),
};

const CURVES: readonly Value[] = [
  ...['prime256v1', 'secp384r1', 'secp521r1', 'X25519', 'P-256', 'PRIME256V1'],
  ...['', 'foo', 'sha256', 'prime256v1:secp384r1', 'a\0b', 'ä'],
  ...[bytes('prime256v1'), bytes('foo'), null, 1, thing, ['prime256v1'], repeated('x', 1)],
];

const curves: Script = {
  name: 'context.set_ecdh_curve',
  steps: CURVES.flatMap((name) => [context(), call('context.set_ecdh_curve', [name])]),
};

const statistics: Script = {
  name: 'methods without arguments, given one',
  steps: [
    context(),
    ...['session_stats', 'cert_store_stats', 'get_ciphers', 'set_default_verify_paths'].map(
      (name) => call(`context.${name}`, [], null, { show: 'type' }),
    ),
    ...[...ODD_VALUES, 1].map((value) => call('context.load_default_certs', [value])),
  ],
};

export const contextSettings: readonly Script[] = [
  ...PROTOCOLS.map(defaults),
  constructor,
  setting('verify_mode', ANYTHING),
  setting('verify_mode', INTEGERS, 'PROTOCOL_TLS_CLIENT'),
  setting('check_hostname', FOR_FLAGS),
  setting('hostname_checks_common_name', FOR_FLAGS),
  setting('post_handshake_auth', FOR_FLAGS),
  setting('verify_flags', [...FLAGS, ...ANYTHING]),
  setting('options', [...OPTIONS, ...ANYTHING, int(2n ** 63n - 1n), int(2n ** 64n - 1n)]),
  setting('num_tickets', ANYTHING),
  setting('num_tickets', [0, 1, -1], 'PROTOCOL_TLS_CLIENT'),
  setting('minimum_version', ANYTHING),
  setting('maximum_version', ANYTHING),
  setting('keylog_filename', [
    1,
    float(1.5),
    thing,
    '/nowhere/at/all',
    '/',
    'a\0b',
    int(2n ** 64n),
  ]),
  versions,
  verification,
  readOnly,
  sniCallback,
  ciphers,
  cipherNames,
  alpn,
  curves,
  statistics,
];
