/** Handshakes of two contexts: versions, certificates of either side, callbacks for names. */
import type { Script, Value } from '../support/script.js';
import {
  bytes,
  call,
  float,
  ODD_VALUES,
  put,
  raising,
  ref,
  returning,
  describeValue,
  thing,
} from '../support/script.js';
import {
  anyName,
  both,
  clientContext,
  connected,
  inEachVersion,
  objects,
  pair,
  read,
  requiring,
  serverContext,
  setTo,
  shake,
  showing,
  step,
  trusting,
  unchanged,
  unverified,
  write,
  type Change,
} from '../support/tls-steps.js';

const noWay: readonly Script[] = [
  {
    client: setTo('maximum_version', ref('ssl.TLSVersion.TLSv1_2')),
    server: setTo('minimum_version', ref('ssl.TLSVersion.TLSv1_3')),
  },
  {
    client: setTo('minimum_version', ref('ssl.TLSVersion.TLSv1_3')),
    server: setTo('maximum_version', ref('ssl.TLSVersion.TLSv1_2')),
  },
  {
    client: both(
      setTo('minimum_version', ref('ssl.TLSVersion.TLSv1_3')),
      setTo('maximum_version', ref('ssl.TLSVersion.TLSv1_2')),
    ),
  },
  {
    client: both(setTo('maximum_version', ref('ssl.TLSVersion.TLSv1_2')), (context: string) => [
      call(`${context}.set_ciphers`, ['ECDHE-ECDSA-AES128-GCM-SHA256']),
    ]),
    server: (context: string) => [
      call(`${context}.set_ciphers`, ['ECDHE-ECDSA-AES256-GCM-SHA384']),
    ],
  },
  {
    client: both(setTo('maximum_version', ref('ssl.TLSVersion.TLSv1_2')), (context: string) => [
      call(`${context}.set_ciphers`, ['ECDHE-RSA-AES128-GCM-SHA256']),
    ]),
  },
  {
    client: (context: string) => [call(`${context}.set_ecdh_curve`, ['prime256v1'])],
    server: (context: string) => [call(`${context}.set_ecdh_curve`, ['secp384r1'])],
  },
].map((given, number) => ({
  name: `contexts that cannot agree, ${number}`,
  steps: [...connected(given), read('c'), read('s'), write('c', bytes('x'))],
}));

const noCertificate = inEachVersion('a server without a certificate', (version) => [
  ...clientContext(both(version, trusting('ca.pem'))),
  ...serverContext(),
  ...objects(),
  shake,
]);

const IDENTITIES = [
  ...['stranger', 'selfSigned', 'expired', 'notYetValid', 'localhostBelowIntermediate'],
  ...['example', 'wildcard', 'noSan', 'client'],
];

/** Servers whose certificate is, and mostly is not, what the client wants. */
const SERVERS: readonly (readonly [identity: string, target: string, client?: Change])[] = [
  ...IDENTITIES.map((name) => [`${name}.pem`, 'localhost'] as const),
  ['example.pem', 'localhost', anyName],
  ['stranger.pem', 'localhost', unverified],
  ['both.pem', '127.0.0.1'],
  ['both.pem', '127.0.0.2'],
  ['both.pem', '::1'],
  ['both.pem', 'LOCALHOST'],
  ['wildcard.pem', 'a.example.com'],
];

const verification = SERVERS.flatMap(([identity, serverHostname, change = unchanged], number) =>
  inEachVersion(`verification ${number} of ${identity} as ${serverHostname}`, (version) => [
    ...clientContext(both(trusting('ca.pem'), version, change)),
    ...serverContext(showing(identity)),
    ...objects({ serverHostname }),
    shake,
    call('c.getpeercert'),
    read('s'),
  ]),
);

const FLAGS = ['VERIFY_CRL_CHECK_LEAF', 'VERIFY_CRL_CHECK_CHAIN', 'VERIFY_X509_STRICT'];

const flags: Script = {
  name: 'flags of the verification',
  steps: FLAGS.flatMap((flag) =>
    ['ca.pem', 'ca-and-crl.pem', 'two.pem', 'cert.pem'].flatMap((roots) => [
      ...clientContext(both(trusting(roots), setTo('verify_flags', ref(`ssl.${flag}`)))),
      ...serverContext(showing('both.pem')),
      ...objects(),
      shake,
    ]),
  ),
};

const CLIENTS: readonly (readonly [string, Change])[] = [
  ['none', () => []],
  ['client.pem', showing('client.pem')],
  ['clientRsa.pem', showing('clientRsa.pem')],
  ['stranger.pem', showing('stranger.pem')],
  ['expired.pem', showing('expired.pem')],
  ['both.pem', showing('both.pem')],
];

/** A client's certificate, as TLS 1.3 makes it known: with the first thing that is read. */
const clientCertificates = ['CERT_NONE', 'CERT_OPTIONAL', 'CERT_REQUIRED'].flatMap((mode) =>
  CLIENTS.flatMap(([name, change]) =>
    inEachVersion(`a client with ${name}, ${mode}`, (version) => [
      ...connected({
        client: both(version, change),
        server: both(trusting('ca.pem'), setTo('verify_mode', ref(`ssl.${mode}`))),
      }),
      write('s', bytes('hello')),
      read('c'),
      read('c'),
      write('c', bytes('hello')),
      read('s'),
      call('s.getpeercert', [], { binary_form: true }),
    ]),
  ),
);

const ANSWERS: readonly Value[] = [
  ...[null, 112, 49, 40, 80, 255, 2, 0, false, 256, 'foo', float(1.5), thing, []],
].map(returning);

/** A callback's answers, and the results on either side. */
const sni = [...ANSWERS, raising].flatMap((answer) =>
  inEachVersion(`sni_callback = ${describeValue(answer)}`, (version) => [
    ...connected({ client: version, server: setTo('sni_callback', answer) }),
    read('c'),
    read('s'),
  ]),
);

const contexts: Script = {
  name: 'another context for a connection',
  steps: [
    ...pair(),
    ...serverContext(showing('rsa.pem'), 'other'),
    ...[...ODD_VALUES, 1, ref('ssl')].map((value) => put('s.context', value)),
    { set: 's.context', to: ref('other'), show: 'type' },
    shake,
    call('c.getpeercert', [], { binary_form: true }),
    ...['server_side', 'server_hostname', 'session_reused'].map((name) => put(`c.${name}`, 1)),
  ],
};

const PHA = setTo('post_handshake_auth', true);

const postHandshake: Script = {
  name: 'authentication after the handshake',
  steps: [
    { client: both(PHA, showing('client.pem')), server: both(PHA, requiring) },
    { client: PHA, server: both(PHA, requiring) },
    { client: showing('client.pem'), server: both(PHA, requiring) },
    { client: both(PHA, showing('client.pem')), server: requiring },
    { client: both(PHA, showing('client.pem')), server: PHA },
    {
      client: both(
        PHA,
        showing('client.pem'),
        setTo('maximum_version', ref('ssl.TLSVersion.TLSv1_2')),
      ),
      server: both(PHA, requiring),
    },
  ].flatMap((given) => [
    ...connected(given),
    read('c'),
    write('c', bytes('before')),
    read('s'),
    call('s.getpeercert', [], { binary_form: true }),
    step('c', 'verify_client_post_handshake'),
    step('s', 'verify_client_post_handshake'),
    write('s', bytes('hello')),
    read('c'),
    write('c', bytes('hello')),
    read('s'),
    call('s.getpeercert', [], { binary_form: true }),
  ]),
};

export const sslPeers: readonly Script[] = [
  ...noWay,
  ...noCertificate,
  ...verification,
  flags,
  ...clientCertificates,
  ...sni,
  contexts,
  postHandshake,
];
