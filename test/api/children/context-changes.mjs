// A program for context-changes.test.ts. Every function of the addon that takes a context is called again and again while
// 100 handshakes run on the pool. Prints the names of the functions and the number of rounds.
//   node context-changes.mjs ADDON FOLDER
// FOLDER has server.pem, client.pem (each with its key), ca.pem, dh.pem, lists.pem and the hashed directory "ca".
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';

import * as ssl from 'hermetic-ssl/ssl';

import { latePair } from '../../helpers/late-pair.mjs';

const [addon, folder] = process.argv.slice(2);
const file = (name) => join(folder, name);
const [ca, dh, lists] = ['ca.pem', 'dh.pem', 'lists.pem'].map((name) => readFileSync(file(name)));

const NUM_HANDSHAKES = 100;
const NUM_AT_ONCE = 20;

// A second instance of the addon in this process, which takes the same handles.
const module = { exports: {} };
process.dlopen(module, addon);
const binding = module.exports;

const [ofServer, ofClient] = ['server.pem', 'client.pem'].map((name) => {
  const pem = readFileSync(file(name));
  return binding.identityRead(name, pem, null, false, name, pem);
});
const leaf = new Uint8Array(
  ssl.pemCertToDerCert(
    /^-----BEGIN CERT.*?^-----END CERT[^\n]+\n/ms.exec(readFileSync(file('server.pem'), 'utf8'))[0],
  ),
);
const protocols = (...names) =>
  Buffer.concat(names.map((name) => Buffer.from([name.length, ...Buffer.from(name)])));
const SIGALGS = 'ecdsa_secp256r1_sha256:rsa_pss_rsae_sha256:rsa_pkcs1_sha256';
/** Only zlib, which the runtime encodes in every version; empty with an OpenSSL that lacks it. */
const COMPRESSIONS = binding.certificateCompressionAlgorithms().slice(0, 1);

/** The arguments after the context of every setter, or null if the context does not have the setting. */
const SETTERS = {
  contextSetOptions: ({ handle, isOdd }) => {
    const rest = binding.contextOptions(handle) & ~ssl.OP_NO_RENEGOTIATION;
    return [isOdd ? rest | ssl.OP_NO_RENEGOTIATION : rest];
  },
  contextSetVerifyFlags: ({ isOdd }) => [isOdd ? ssl.VerifyFlags.VERIFY_X509_TRUSTED_FIRST : 0],
  contextSetVerifyMode: ({ isServer, isOdd }) => [isServer && isOdd ? 1 : 2],
  contextSetCheckHostname: ({ isServer }) => [!isServer],
  contextSetHostnameChecksCommonName: ({ isOdd }) => [isOdd],
  contextSetMinimumVersion: () => [0x303],
  contextSetMaximumVersion: ({ isOdd }) => [isOdd ? 0x303 : 0x304],
  contextSetNumTickets: ({ isServer, isOdd }) => (isServer ? [isOdd ? 1 : 2] : null),
  contextSetPostHandshakeAuth: ({ isOdd }) => [isOdd],
  contextSetBringsVerifySettings: ({ isOdd }) => [isOdd],
  contextSetLogsKeys: ({ isOdd }) => [isOdd],
  contextSetKeepsMessages: ({ isOdd }) => [isOdd],
  contextSetVerifyDepth: ({ isOdd }) => [isOdd ? 5 : 10],
  contextLoadVerifyFile: () => [Buffer.from(file('ca.pem'))],
  contextLoadVerifyDirectory: () => [Buffer.from(file('ca'))],
  contextLoadVerifyData: () => ['cadata', ca, true],
  contextLoadDefaultCerts: () => [file('ca.pem'), file('ca'), ''],
  // OpenSSL looks into these lists at several points of a handshake, so they are set again and do not change.
  contextSetCiphers: () => ['ECDHE+AESGCM:ECDHE+CHACHA20'],
  contextSetCiphersuites: () => [
    'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256',
  ],
  contextSetGroups: ({ isOdd }) => [isOdd ? 'X25519:P-256' : 'P-256:X25519'],
  contextSetEcdhCurve: () => ['prime256v1'],
  contextSetServerSigalgs: () => [SIGALGS],
  contextSetClientSigalgs: () => [SIGALGS],
  contextLoadDhParams: () => ['dh.pem', dh],
  contextSetAlpnProtocols: ({ isOdd }) => [protocols(...(isOdd ? ['h2'] : []), 'http/1.1')],
  contextSetStrictAlpn: ({ isOdd }) => [isOdd],
  contextAddIdentity: ({ isServer }) => [isServer ? ofServer : ofClient],
  contextSetCertificateCompression: () => [Uint8Array.from(COMPRESSIONS)],
  contextAddCompressedChain: ({ handle }) =>
    COMPRESSIONS.length === 0
      ? null
      : [0, COMPRESSIONS[0], deflateSync(binding.contextCertificateMessages(handle)[0])],
  contextReplaceIdentities: ({ isServer }) => [isServer ? ofServer : ofClient],
  contextSetAsksPskClient: () => [false],
  contextSetAsksPskServer: ({ isOdd }) => [false, isOdd ? 'hint' : null],
  contextSetVerifier: () => [0],
  contextSetDistrustedKeys: ({ isOdd }) => [Buffer.alloc(isOdd ? 64 : 32)],
  contextSetPinnedKeys: () => [Buffer.alloc(0)],
  contextSetDhAuto: ({ isOdd }) => [isOdd],
  contextLoadRevocationLists: () => ['lists.pem', lists],
  contextAddClientCa: ({ isServer }) => (isServer ? [leaf] : null),
  contextSetStoresSessions: ({ isOdd }) => [isOdd],
  contextSetSessionTimeout: ({ isOdd }) => [isOdd ? 300 : 600],
  // Another salt separates the sessions that the handshakes want to resume.
  contextSetSessionIdSalt: () => [''],
  contextSetTicketKeys: ({ isServer, isOdd }) =>
    isServer ? [Buffer.alloc(48, isOdd ? 1 : 2)] : null,
  contextSetTicketKeyRing: ({ isServer, isOdd }) =>
    isServer ? [Buffer.alloc(80, isOdd ? 1 : 2), Buffer.from([80])] : null,
  // Another one separates the sessions that the handshakes want to resume.
  contextSetSessionIdContext: () => [Buffer.alloc(0)],
};

/** The arguments after the context of every function that reads it. */
const READERS = {
  contextOptions: [],
  contextVerifyFlags: [],
  contextVerifyMode: [],
  contextCheckHostname: [],
  contextHostnameChecksCommonName: [],
  contextMinimumVersion: [],
  contextMaximumVersion: [],
  contextSecurityLevel: [],
  contextNumTickets: [],
  contextPostHandshakeAuth: [],
  contextBringsVerifySettings: [],
  contextSessionStats: [],
  contextVerifyDepth: [],
  contextCertStoreStats: [],
  contextCaCerts: [true],
  contextGroups: [true],
  contextStrictAlpn: [],
  contextCiphers: [],
  contextCertificate: [],
  contextCertificateMessages: [],
  contextIssuer: [],
  contextTicketKeys: [],
  contextExplainChain: [leaf, 'localhost'],
};

/** Functions of a connection that read its context, or another one. Arguments after the connection, by the role. */
const OF_CONNECTIONS = {
  connectionObservePeer: () => [true, true],
  connectionSetAsksPsk: () => [null],
  connectionUseCertificates: (isServer) => [(isServer ? second : client).handle],
};

/** Functions that take a context and are called by the handshakes and connections below. */
const WITH_CONTEXT = [
  ...['connectionCreate', 'connectionUseContext', 'connectionUseCertificates'],
  'sessionDeserialize',
];

const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
const second = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
const client = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
for (const context of [server, second]) context.loadCertChain(file('server.pem'));
client.loadCertChain(file('client.pem'));
for (const context of [server, second, client]) context.loadVerifyLocations({ capath: file('ca') });
server.verifyMode = ssl.CERT_OPTIONAL;
server.sniCallback = (peer) => {
  peer.context = second;
};

let stored = null;

/** Every third client offers a session that was stored. */
function sessionFor(index) {
  if (stored === null || index % 3 !== 0) return null;
  return ssl.SSLSession.deserialize(stored, client);
}

function wrapClient(transport, session) {
  try {
    return client.wrapSocket(transport, { serverHostname: 'localhost', session });
  } catch (error) {
    // The settings have changed since the session was stored.
    if (session === null || !String(error).includes('Session')) throw error;
    return wrapClient(transport, null);
  }
}

async function handshake(index) {
  const [near, far] = latePair();
  let session = null;
  try {
    session = sessionFor(index);
  } catch {
    stored = null; // a setting has changed
  }
  const ends = [wrapClient(near, session), server.wrapSocket(far, { serverSide: true })];
  for (const end of ends) end.on('error', () => {});
  await Promise.all(ends.map((end) => end.doHandshake()));
  ends[1].write('x');
  await once(ends[0], 'data'); // tickets come before it
  stored ??= ends[0].session?.serialize() ?? null;
  for (const end of ends) end.destroy();
}

async function handshakes() {
  ssl.setHandshakeThreads('always');
  let next = 0;
  const lane = async () => {
    while (next < NUM_HANDSHAKES) await handshake(next++);
  };
  await Promise.all(Array.from({ length: NUM_AT_ONCE }, lane));
}

function call(name, context, rest) {
  const result = binding[name](context.handle, ...rest);
  if (result?.nativeError !== undefined) throw new Error(`${name}: ${JSON.stringify(result)}`);
}

/** Makes a connection that never begins its handshake, and changes what it takes of contexts. */
function changeConnection(isServer) {
  const [incoming, outgoing] = [binding.memoryBioCreate(), binding.memoryBioCreate()];
  const context = (isServer ? server : client).handle;
  const host = isServer ? '' : 'localhost';
  const handle = binding.connectionCreate(context, incoming, outgoing, isServer, host, false);
  for (const [name, argumentsFor] of Object.entries(OF_CONNECTIONS))
    call(name, { handle }, argumentsFor(isServer));
  binding.connectionClose(handle);
}

async function changeAll(round) {
  for (const [name, argumentsFor] of Object.entries(SETTERS)) {
    for (const context of [server, second, client]) {
      const isServer = context !== client;
      const rest = argumentsFor({ handle: context.handle, isServer, isOdd: round % 2 === 1 });
      if (rest !== null) call(name, context, rest);
    }
    await turn();
  }
  for (const [name, rest] of Object.entries(READERS)) {
    for (const context of [server, second, client]) call(name, context, rest);
    await turn();
  }
  for (const isServer of [true, false]) changeConnection(isServer);
}

const state = { isOver: false };
let numRounds = 0;
const changes = (async () => {
  for (; !state.isOver || numRounds < 2; numRounds += 1) await changeAll(numRounds);
})();
await handshakes();
state.isOver = true;
await changes;
const names = [SETTERS, READERS].flatMap(Object.keys).concat(WITH_CONTEXT);
console.log(JSON.stringify({ names: names.toSorted(), numRounds }));
