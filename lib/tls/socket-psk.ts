// `pskCallback`: pre-shared keys, with the checks and messages of node:tls.
import type { PskSource } from '../ssl/engine/context.js';
import { requireObject, requireString, requireView } from './check.js';
import { invalidType, invalidValue } from './errors.js';
import { STATE, type TLSSocketLike } from './socket-state.js';

/** OpenSSL's PSK_MAX_PSK_LEN and PSK_MAX_IDENTITY_LEN. */
const LONGEST_KEY = 512;
const LONGEST_IDENTITY = 256;

type Callback = (...values: unknown[]) => unknown;

function requireKey(psk: unknown): Uint8Array {
  requireView(psk, 'psk');
  if (psk.byteLength > LONGEST_KEY)
    throw invalidValue('psk', psk, `Pre-shared key exceeds ${LONGEST_KEY} bytes`);
  return new Uint8Array(psk.buffer, psk.byteOffset, psk.byteLength);
}

/** Returns the answer of a callback; a throw destroys the socket with the error. */
function guarded<T>(socket: TLSSocketLike, take: () => T): T | null {
  try {
    return take();
  } catch (error) {
    socket.destroy(error as Error);
    return null;
  }
}

function clientAnswer(given: unknown): [identity: string, psk: Uint8Array] | null {
  if (given === undefined || given === null) return null;
  requireObject(given, 'ret');
  const { psk, identity } = given as { psk?: unknown; identity?: unknown };
  const key = requireKey(psk);
  requireString(identity, 'identity');
  if (Buffer.byteLength(identity) > LONGEST_IDENTITY)
    throw invalidValue('identity', identity, `PSK identity exceeds ${LONGEST_IDENTITY} bytes`);
  return [identity, key];
}

function serverAnswer(given: unknown): Uint8Array | null {
  if (given === undefined || given === null) return null;
  if (ArrayBuffer.isView(given)) return requireKey(given);
  if (typeof given !== 'object')
    throw invalidType('ret', ['Object', 'Buffer', 'TypedArray', 'DataView'], given);
  return requireKey((given as { psk?: unknown }).psk);
}

/** Returns the callbacks of a socket in the form of the engine. */
export function pskCallbacks(socket: TLSSocketLike): PskSource {
  const { pskCallback } = socket._tlsOptions;
  const callback = (pskCallback ?? null) as Callback | null;
  if (callback === null) return { pskClientCallback: null, pskServerCallback: null };
  if (socket[STATE].isServer) {
    const answer = (identity: unknown) =>
      guarded(socket, () => serverAnswer(callback(socket, identity)));
    return { pskClientCallback: null, pskServerCallback: answer };
  }
  const answer = (hint: unknown) => guarded(socket, () => clientAnswer(callback(hint)));
  return { pskClientCallback: answer, pskServerCallback: null };
}
