/** Steps that scripts of connections have in common. */
import type { Keywords, Script, Special, Step, Value } from './script.js';
import { call, file, get, handshake, make, put, ref } from './script.js';

/** Changes of a context, whose name is given. */
export type Change = (context: string) => readonly Step[];

export const unchanged: Change = () => [];

export const both =
  (...changes: readonly Change[]): Change =>
  (context) =>
    changes.flatMap((change) => change(context));

export const setTo =
  (property: string, value: Value): Change =>
  (context) => [put(`${context}.${property}`, value)];

export const tls12: Change = setTo('maximum_version', ref('ssl.TLSVersion.TLSv1_2'));
export const tls13: Change = setTo('minimum_version', ref('ssl.TLSVersion.TLSv1_3'));
export const VERSIONS = { 'TLS 1.2': tls12, 'TLS 1.3': tls13 } as const;

export const unverified: Change = both(
  setTo('check_hostname', false),
  setTo('verify_mode', ref('ssl.CERT_NONE')),
);
export const anyName: Change = setTo('check_hostname', false);
export const trusting =
  (name: string): Change =>
  (context) => [call(`${context}.load_verify_locations`, [], { cafile: file(name) })];
export const showing =
  (name: string): Change =>
  (context) => [call(`${context}.load_cert_chain`, [file(name)])];
export const requiring: Change = both(
  setTo('verify_mode', ref('ssl.CERT_REQUIRED')),
  trusting('ca.pem'),
);

export const clientContext = (change: Change = unchanged, name = 'client'): Step[] => [
  make(name, 'ssl.SSLContext', [ref('ssl.PROTOCOL_TLS_CLIENT')]),
  ...change(name),
];

export const serverContext = (change: Change = unchanged, name = 'server'): Step[] => [
  make(name, 'ssl.SSLContext', [ref('ssl.PROTOCOL_TLS_SERVER')]),
  ...change(name),
];

interface Objects {
  readonly serverHostname?: Value;
  readonly session?: Special;
}

/** The two ends `c` and `s` of contexts `client` and `server`, over the BIOs `up` and `down`. */
export function objects({ serverHostname = 'localhost', session }: Objects = {}): Step[] {
  const options: Keywords = {
    server_hostname: serverHostname,
    ...(session === undefined ? {} : { session }),
  };
  return [
    make('up', 'ssl.MemoryBIO'),
    make('down', 'ssl.MemoryBIO'),
    make('c', 'client.wrap_bio', [ref('down'), ref('up')], options),
    make('s', 'server.wrap_bio', [ref('up'), ref('down')], { server_side: true }),
  ];
}

interface Pair extends Objects {
  readonly client?: Change;
  readonly server?: Change;
}

/** Contexts and ends. By default a client that trusts ca.pem, and localhost's server. */
export function pair({ client = unchanged, server = unchanged, ...rest }: Pair = {}): Step[] {
  return [
    ...clientContext(both(trusting('ca.pem'), client)),
    ...serverContext(both(showing('both.pem'), server)),
    ...objects(rest),
  ];
}

export const shake: Step = handshake('c', 's');
export const connected = (given?: Pair): Step[] => [...pair(given), shake];

export const write = (side: string, data: Value): Step => call(`${side}.write`, [data]);
export const read = (side: string, length = 1024): Step => call(`${side}.read`, [length]);
export const step = (side: string, method: string): Step => call(`${side}.${method}`);

/** One script for each version of TLS. */
export const inEachVersion = (name: string, steps: (version: Change) => Step[]): Script[] =>
  Object.entries(VERSIONS).map(([version, change]) => ({
    name: `${name}, ${version}`,
    steps: steps(change),
  }));

/** Reads an end's information about its connection. */
export const information = (side: string): Step[] => [
  ...['version', 'compression', 'selected_alpn_protocol', 'pending'].map((name) =>
    call(`${side}.${name}`),
  ),
  call(`${side}.getpeercert`),
  call(`${side}.getpeercert`, [], { binary_form: true }),
  call(`${side}.get_channel_binding`, ['foo']),
  ...['session_reused', 'server_side', 'server_hostname'].map((name) => get(`${side}.${name}`)),
  get(`${side}.session`, { show: 'type' }),
  get(`${side}.context`, { show: 'type' }),
];
