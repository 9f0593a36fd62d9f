/**
 * The surface of node:tls on this package's OpenSSL: `import tls from 'hermetic-ssl/tls'` in place of
 * `import tls from 'node:tls'`. docs/coming-from-node-tls.md says what is the same, what differs and what is missing.
 * @module
 */
import type * as NodeTls from 'node:tls';

import { getCertificateCompressionAlgorithms as compressionAlgorithms } from './ssl/certificates/certificate-compression.js';
import { getCACertificates as ca, setDefaultCACertificates as setCa } from './tls/ca.js';
import { convertALPNProtocols as convert } from './tls/alpn.js';
import { ciphersOf } from './tls/ciphers.js';
import { connect as connectTo } from './tls/connect.js';
import { ownExports } from './tls/exports.js';
import { checkServerIdentity as checkIdentity } from './tls/identity.js';
import { runtimeRoots } from './tls/runtime.js';
import {
  createSecureContext as makeContext,
  SecureContext as Context,
} from './tls/secure-context.js';
import { createServer as makeServer, Server as ServerImplementation } from './tls/server.js';
import { TLSSocket as Socket } from './tls/socket.js';

/** The exports as one object, whose members may be replaced. */
export interface TlsModule extends Omit<typeof NodeTls, 'rootCertificates' | 'createSecurePair'> {
  /** The runtime's bundled list of authorities in PEM. */
  readonly rootCertificates: readonly string[];
  /** Returns certificates in PEM: those that are trusted without `ca`, or the part of them that `type` names. */
  getCACertificates(type?: 'default' | 'system' | 'bundled' | 'extra'): readonly string[];
  /** Sets the certificates that later contexts without `ca` trust, in place of all others. */
  setDefaultCACertificates(certs: readonly (string | NodeJS.ArrayBufferView)[]): void;
  /** Returns the algorithms for `certificateCompression`. */
  getCertificateCompressionAlgorithms(): string[];
  /** Sets `out.ALPNProtocols` to the list in the form of a ClientHello. */
  convertALPNProtocols(protocols: unknown, out: { ALPNProtocols?: unknown }): void;
}

/** The exports as one object: its members may be replaced, and this module then uses the new ones. */
const tls = Object.assign(ownExports, {
  getCiphers: ciphersOf,
  checkServerIdentity: checkIdentity,
  convertALPNProtocols: convert,
  createSecureContext: makeContext,
  SecureContext: Context,
  TLSSocket: Socket,
  Server: ServerImplementation,
  createServer: makeServer,
  connect: connectTo,
  getCACertificates: ca,
  setDefaultCACertificates: setCa,
  getCertificateCompressionAlgorithms: compressionAlgorithms,
}) as unknown as TlsModule;
Object.defineProperty(tls, 'rootCertificates', { enumerable: true, get: runtimeRoots });

/** Connects to a server (node:tls). */
export const connect: typeof NodeTls.connect = tls.connect;
/** Makes a server (node:tls). */
export const createServer: typeof NodeTls.createServer = tls.createServer;
/** Makes the settings of connections (node:tls). */
export const createSecureContext: typeof NodeTls.createSecureContext = tls.createSecureContext;
/** Returns undefined if a certificate is for a host, else an Error (node:tls). */
export const checkServerIdentity: typeof NodeTls.checkServerIdentity = tls.checkServerIdentity;
/** Returns the names of the cipher suites in lower case (node:tls). */
export const getCiphers: typeof NodeTls.getCiphers = tls.getCiphers;
/** Returns certificates in PEM: those that are trusted without `ca`, or a part of them (node:tls). */
export const getCACertificates: TlsModule['getCACertificates'] = tls.getCACertificates;
/** Sets the certificates that later contexts without `ca` trust (node:tls). */
export const setDefaultCACertificates: TlsModule['setDefaultCACertificates'] =
  tls.setDefaultCACertificates;
/** Returns the algorithms for `certificateCompression`; an empty list where OpenSSL is built without them (node:tls). */
export const getCertificateCompressionAlgorithms: TlsModule['getCertificateCompressionAlgorithms'] =
  tls.getCertificateCompressionAlgorithms;
/** Sets `out.ALPNProtocols` to a list in the form of a ClientHello (node:tls). */
export const convertALPNProtocols: TlsModule['convertALPNProtocols'] = tls.convertALPNProtocols;
/** A connection (node:tls). */
export const TLSSocket: typeof NodeTls.TLSSocket = tls.TLSSocket;
/** A connection (node:tls). */
export type TLSSocket = NodeTls.TLSSocket;
/** A server (node:tls). */
export const Server: typeof NodeTls.Server = tls.Server;
/** A server (node:tls). */
export type Server = NodeTls.Server;
/** The settings of connections (node:tls). */
export const SecureContext: new () => NodeTls.SecureContext = Context;
/** The settings of connections (node:tls). */
export type SecureContext = NodeTls.SecureContext;
/** The runtime's bundled list of authorities in PEM (node:tls). */
export const rootCertificates: readonly string[] = runtimeRoots();
/** The suites of a context without `ciphers`. Set it on the default export to change it (node:tls). */
export const DEFAULT_CIPHERS: string = tls.DEFAULT_CIPHERS;
/** The groups of a context without `ecdhCurve`. Set it on the default export to change it (node:tls). */
export const DEFAULT_ECDH_CURVE: string = tls.DEFAULT_ECDH_CURVE;
/** The lowest version of a context without `minVersion`. Set it on the default export to change it (node:tls). */
export const DEFAULT_MIN_VERSION: string = tls.DEFAULT_MIN_VERSION;
/** The highest version of a context without `maxVersion`. Set it on the default export to change it (node:tls). */
export const DEFAULT_MAX_VERSION: string = tls.DEFAULT_MAX_VERSION;
/** The renegotiations that a client may begin in a window (node:tls). */
export const CLIENT_RENEG_LIMIT: number = tls.CLIENT_RENEG_LIMIT;
/** The seconds of that window (node:tls). */
export const CLIENT_RENEG_WINDOW: number = tls.CLIENT_RENEG_WINDOW;

export { tls as default, tls as 'module.exports' };
