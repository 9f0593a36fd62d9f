/** SSLContext.load_cert_chain with every kind of file, path and password, and load_dh_params. */
import type { Script, Special, Step, Value } from '../support/script.js';
import {
  bytearray,
  bytes,
  call,
  file,
  fileAsBytes,
  int,
  make,
  memoryview,
  ODD_VALUES,
  raising,
  ref,
  repeated,
  returning,
} from '../support/script.js';
import { PASSWORD } from '../support/files.js';

const context: Step = make('context', 'ssl.SSLContext', [ref('ssl.PROTOCOL_TLS_SERVER')]);
const load = (...args: readonly Value[]): Step => call('context.load_cert_chain', args);
const each = (name: string, loads: readonly Step[]): Script => ({
  name,
  steps: loads.flatMap((step) => [context, step]),
});

const ALONE = [
  ...['both.pem', 'cert-then-key.pem', 'rsa.pem', 'chain.pem', 'traditional.pem', 'cert.pem'],
  ...['key.pem', 'encrypted.pem', 'damaged-cert.pem', 'damaged-key.pem', 'shortened-cert.pem'],
  ...['shortened-key.pem', 'cert.der', 'key.der', 'empty.pem', 'text.pem', 'binary.pem'],
  ...['public-key.pem', 'crl.pem', 'two.pem', 'directory', 'missing.pem', 'both.pem/below'],
];

const alone = each(
  'load_cert_chain(certfile)',
  ALONE.flatMap((name) => [load(file(name)), load(fileAsBytes(name)), load(file(name), null)]),
);

const PAIRS = [
  ['cert.pem', 'key.pem'],
  ['both.pem', 'key.pem'],
  ['cert.pem', 'both.pem'],
  ['both.pem', 'both.pem'],
  ['cert.pem', 'other-key.pem'],
  ['cert.pem', 'rsa.pem'],
  ['rsa.pem', 'key.pem'],
  ['rsa-cert.pem', 'traditional.pem'],
  ['cert.pem', 'cert.pem'],
  ['key.pem', 'cert.pem'],
  ['key.pem', 'key.pem'],
  ['cert.pem', 'empty.pem'],
  ['empty.pem', 'key.pem'],
  ['cert.pem', 'missing.pem'],
  ['missing.pem', 'key.pem'],
  ['missing.pem', 'missing.pem'],
  ['cert.pem', 'public-key.pem'],
  ['cert.pem', 'directory'],
  ['cert.pem', 'key.der'],
  ['cert.der', 'key.pem'],
  ['ca.pem', 'key.pem'],
  ['two.pem', 'key.pem'],
] as const;

const pairs = each(
  'load_cert_chain(certfile, keyfile)',
  PAIRS.flatMap(([certificate, key]) => [
    load(file(certificate), file(key)),
    load(fileAsBytes(certificate), fileAsBytes(key)),
  ]),
);

const noPaths = each('load_cert_chain of what is no path', [
  ...[...ODD_VALUES, 1, true, 'a\0b', bytes('a\0b')].flatMap((value) => [
    load(value),
    load(file('cert.pem'), value),
  ]),
  load(),
]);

const GOOD_PASSWORDS: readonly Special[] = [
  bytes(Buffer.from(PASSWORD)),
  bytearray(Buffer.from(PASSWORD).toString('latin1')),
];

const PASSWORDS: readonly Value[] = [
  ...[PASSWORD, 'wrong', '', 'x', PASSWORD.slice(0, -1), `${PASSWORD} `, `${PASSWORD}\0`],
  ...GOOD_PASSWORDS,
  bytes('wrong'),
  bytes(''),
  memoryview('wrong'),
  repeated('x', 1024),
  repeated('x', 1025),
  'x'.repeat(1025),
  'x'.repeat(1024),
  'ä'.repeat(513),
  ...[1, 0, true, false, [], int(2n ** 64n)],
  ...[PASSWORD, ...GOOD_PASSWORDS, 'wrong', '', bytes('wrong'), 'x'.repeat(1025)].map(returning),
  ...[9, null, true, [], repeated('x', 1025)].map(returning),
  raising,
];

const ENCRYPTED = [
  ['cert.pem', 'encrypted.pem'],
  ['encrypted-both.pem', null],
  ['rsa-cert.pem', 'encrypted-traditional.pem'],
  ['cert.pem', 'key.pem'],
] as const;

const passwords = each(
  'load_cert_chain(certfile, keyfile, password)',
  ENCRYPTED.flatMap(([certificate, key]) =>
    PASSWORDS.map((password) => load(file(certificate), key === null ? null : file(key), password)),
  ),
);

/** The pair that is loaded stays in use when a later load fails; a handshake would fail without it. */
const later: Script = {
  name: 'one load of a chain after the other',
  steps: [
    context,
    ...[
      load(file('both.pem')),
      load(file('rsa.pem')),
      load(file('cert.pem'), file('other-key.pem')),
      load(file('missing.pem')),
      load(file('chain.pem')),
      load(file('both.pem')),
    ],
  ],
};

const parameters = each(
  'load_dh_params',
  [
    ...['dh.pem', 'cert.pem', 'empty.pem', 'text.pem', 'directory', 'missing.pem'].flatMap(
      (name) => [file(name), fileAsBytes(name)],
    ),
    ...ODD_VALUES,
    'a\0b',
    1,
  ].map((path) => call('context.load_dh_params', [path])),
);

export const certChain: readonly Script[] = [alone, pairs, noPaths, passwords, later, parameters];
