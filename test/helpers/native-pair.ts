/**
 * Two ends of one connection, driven by the functions of the addon: for what has no public name. Needs the build, as every test.
 */
import { createRequire } from 'node:module';

import type {
  Ask,
  ConnectionHandle,
  ContextHandle,
  ErrorRecord,
  Native,
  NativeBinding,
} from '../../lib/internal/native/binding.js';
import { addonPath } from '../package/support/paths.js';
import type { IssuedCertificate } from './certificates.js';

/** The addon. */
export const binding = createRequire(import.meta.url)(addonPath) as NativeBinding;

/** PROTOCOL_TLS_CLIENT and PROTOCOL_TLS_SERVER. */
const CLIENT = 16;
const SERVER = 17;

export const TLS12 = 0x303;
export const TLS13 = 0x304;
export const BOTH = [TLS12, TLS13] as const;

/** Returns whether a native result is an error. */
export const isRecord = (result: unknown): result is ErrorRecord =>
  typeof result === 'object' && result !== null && 'nativeError' in result;

/** Returns the value of a native result, or throws its error. */
export function valueOf<T>(result: Native<T>): T {
  if (isRecord(result)) throw new Error(result.message);
  return result;
}

/** Returns a context that verifies nothing, as node:tls makes them. */
export function nativeContext(isServer: boolean, identity?: IssuedCertificate): ContextHandle {
  const context = valueOf(binding.contextCreate(isServer ? SERVER : CLIENT));
  binding.contextSetCheckHostname(context, false);
  valueOf(binding.contextSetVerifyMode(context, 0));
  if (identity !== undefined) addIdentity(context, identity);
  return context;
}

export function addIdentity(context: ContextHandle, identity: IssuedCertificate): void {
  const [key, cert] = [Buffer.from(identity.keyPem), Buffer.from(identity.chainPem)];
  const handle = valueOf(binding.identityRead('key', key, null, false, 'cert', cert));
  if (handle === false) throw new Error('the key has a password');
  valueOf(binding.contextAddIdentity(context, handle));
}

export function trust(context: ContextHandle, pem: string): ContextHandle {
  valueOf(binding.contextLoadVerifyData(context, 'ca', Buffer.from(pem), true));
  return context;
}

/** Allows one version only. */
export function only(version: number, ...contexts: readonly ContextHandle[]): void {
  for (const context of contexts) {
    valueOf(binding.contextSetMinimumVersion(context, version));
    valueOf(binding.contextSetMaximumVersion(context, version));
  }
}

export interface NativePair {
  readonly client: ConnectionHandle;
  readonly server: ConnectionHandle;
}

export interface PairOptions {
  readonly serverName?: string;
  readonly asksClientHello?: boolean;
}

export function nativePair(
  clientContext: ContextHandle,
  serverContext: ContextHandle,
  { serverName = '', asksClientHello = false }: PairOptions = {},
): NativePair {
  const [up, down] = [binding.memoryBioCreate(), binding.memoryBioCreate()];
  return {
    client: valueOf(binding.connectionCreate(clientContext, down, up, false, serverName, false)),
    server: valueOf(binding.connectionCreate(serverContext, up, down, true, '', asksClientHello)),
  };
}

export interface HandshakeOptions {
  /** Answers the requests inside the steps of the client. */
  readonly askClient?: Ask;
  /** Answers the requests inside the steps of the server. */
  readonly askServer?: Ask;
  /** Called when the server stops at the ClientHello. */
  readonly onClientHello?: (server: ConnectionHandle) => void;
}

const WANT_CLIENT_HELLO = -3;

/** Takes the steps of both ends until neither changes or one fails, and returns the last result of each. */
export function handshake(
  { client, server }: NativePair,
  { askClient, askServer, onClientHello }: HandshakeOptions = {},
): { client: Native<number>; server: Native<number> } {
  const last: { client: Native<number>; server: Native<number> } = { client: -1, server: -1 };
  for (let round = 0; round < 6; round++) {
    if (!isRecord(last.client))
      last.client = binding.connectionHandshake(client, askClient ?? null);
    if (isRecord(last.server)) continue;
    last.server = binding.connectionHandshake(server, askServer ?? null);
    if (last.server !== WANT_CLIENT_HELLO || onClientHello === undefined) continue;
    onClientHello(server);
    last.server = binding.connectionHandshake(server, askServer ?? null);
  }
  return last;
}

/** Returns what one end reads, or the result of the step that found nothing. */
export function read(end: ConnectionHandle): string | Native<number> {
  const memory = Buffer.alloc(1024);
  const count = binding.connectionRead(end, memory, null);
  return typeof count === 'number' && count > 0 ? memory.toString('utf8', 0, count) : count;
}

export const write = (end: ConnectionHandle, text: string): Native<number> =>
  binding.connectionWrite(end, Buffer.from(text), null);

/** Closes both ends. */
export function closePair({ client, server }: NativePair): void {
  binding.connectionClose(client);
  binding.connectionClose(server);
}
