/** Contexts of clients and servers, which all tests of connections make in the same way. */
import * as ssl from 'hermetic-ssl/ssl';

import type { IssuedCertificate } from './certificates.js';
import type { Identity } from './peer-types.js';
import { testPki } from './test-pki.js';

/** A setting of a context. */
export type Change = (context: ssl.SSLContext) => void;

export const NO_CHANGE: Change = () => undefined;

/** Returns a server's context with this certificate. */
export function serverContext(
  identity: Pick<IssuedCertificate, 'chainPem' | 'keyPem'>,
  change: Change = NO_CHANGE,
): ssl.SSLContext {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
  context.loadCertChain({ cert: identity.chainPem, key: identity.keyPem });
  change(context);
  return context;
}

/** Returns a client's context that trusts this PEM, and verifies. */
export function clientContext(ca: string, change: Change = NO_CHANGE): ssl.SSLContext {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
  context.loadVerifyLocations({ cadata: ca });
  change(context);
  return context;
}

/** Returns a server's context with this identity, by default that of localhost from the tests' authority. */
export async function pkiServerContext(identity?: Identity): Promise<ssl.SSLContext> {
  return serverContext(identity ?? (await testPki()).localhost);
}

/** Returns a default context of a client that trusts the tests' authority. */
export async function pkiClientContext(): Promise<ssl.SSLContext> {
  return ssl.createDefaultContext(ssl.Purpose.SERVER_AUTH, { cadata: (await testPki()).caPem });
}

/** Allows no version later than TLS 1.2. */
export const tls12: Change = (context) => {
  context.maximumVersion = ssl.TLSVersion.TLSv1_2;
};
/** Allows TLS 1.3 only. */
export const tls13: Change = (context) => {
  context.minimumVersion = ssl.TLSVersion.TLSv1_3;
};
/** Switches verification off. */
export const unverified: Change = (context) => {
  context.checkHostname = false;
  context.verifyMode = ssl.CERT_NONE;
};

/** Both versions, for describe.each. */
export const VERSIONS: readonly (readonly [name: string, only: Change])[] = [
  ['TLSv1.2', tls12],
  ['TLSv1.3', tls13],
];
