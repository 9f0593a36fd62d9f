// Pre-shared keys: checks the results of the callbacks and converts them for OpenSSL (native/napi/tls_psk.cc).
import { isUtf8 } from 'node:buffer';

import { typeError, valueError } from '../../errors.js';
import type { Bytes } from '../../internal/native/binding.js';
import { describe, requireBytes, requireText } from '../../internal/validate.js';
import { isPromiseLike } from './callback-values.js';
import type { Asked } from './direct-answers.js';

/**
 * Chooses a client's pre-shared key: returns [identity, psk]. The identity is null or at most 255 bytes of UTF-8, the key
 * at most 512 bytes. An empty or null key, or null instead of the pair, means that the client has no key. TLS 1.3 requires
 * an identity. `hint` is the server's hint under TLS 1.2, null without a hint and always under TLS 1.3. The callback must
 * be synchronous: a promise is an error.
 */
export type PskClientCallback = (
  hint: string | null,
) => readonly [identity: string | null, psk: Bytes | null] | null;

/**
 * Returns the pre-shared key of a client's identity, at most 512 bytes; an empty key or null if the identity is unknown.
 * The identity is null if the client has sent an empty one. The callback must be synchronous: a promise is an error.
 */
export type PskServerCallback = (identity: string | null) => Bytes | null;

/** OpenSSL's PSK_MAX_PSK_LEN, and its PSK_MAX_IDENTITY_LEN without the NUL at the end. */
const LONGEST_KEY = 512;
const LONGEST_IDENTITY = 255;

const NONE = new Uint8Array(0);

function textOfPeer(bytes: Buffer | null, what: string): string | null {
  if (bytes === null) return null;
  if (!isUtf8(bytes)) throw valueError(`${what} is not UTF-8`);
  return bytes.toString();
}

function refusePromise(given: unknown, name: string): void {
  if (!isPromiseLike(given)) return;
  // Prevents an unhandled rejection.
  new Promise((resolve) => resolve(given)).catch(() => undefined);
  throw typeError(
    `${name} gave a promise, but OpenSSL cannot wait for a pre-shared key: have the keys at hand before the handshake`,
  );
}

/** Returns a view of the key's bytes, without a copy. */
function keyOf(given: unknown, name: string): Uint8Array {
  if (given === null) return NONE;
  refusePromise(given, name);
  requireBytes(given, `the key that ${name} gives`);
  if (given.byteLength > LONGEST_KEY)
    throw valueError(
      `${name} gave a key of ${given.byteLength} bytes; OpenSSL takes at most ${LONGEST_KEY}`,
    );
  return ArrayBuffer.isView(given)
    ? new Uint8Array(given.buffer, given.byteOffset, given.byteLength)
    : new Uint8Array(given);
}

function identityOf(given: unknown): Uint8Array {
  if (given === null) return NONE;
  const name = 'the identity that pskClientCallback gives';
  requireText(given, name);
  const bytes = Buffer.from(given);
  if (bytes.toString() !== given) throw valueError(`${name} must not contain a lone surrogate`);
  if (bytes.length > LONGEST_IDENTITY)
    throw valueError(
      `${name} takes ${bytes.length} bytes; OpenSSL takes at most ${LONGEST_IDENTITY}`,
    );
  return bytes;
}

export function answerPskClient(
  { context, blame }: Asked,
  hint: Buffer | null,
  isTls13: boolean,
): readonly [identity: Uint8Array, key: Uint8Array] | null {
  const callback = context.pskClientCallback;
  if (callback === null) return null;
  const given: unknown = callback(textOfPeer(hint, "the server's hint"));
  if (given === null) return null;
  refusePromise(given, 'pskClientCallback');
  if (!Array.isArray(given) || given.length !== 2)
    throw typeError(`pskClientCallback must return [identity, psk], not ${describe(given)}`);
  const identity = identityOf(given[0]);
  const key = keyOf(given[1], 'pskClientCallback');
  // Otherwise OpenSSL fails without a reason.
  if (isTls13 && identity.length === 0 && key.length > 0)
    blame(valueError('TLS 1.3 needs an identity: pskClientCallback gave a key without one'));
  return [identity, key];
}

export function answerPskServer(
  { context }: Asked,
  identity: Buffer | null,
  isTls13: boolean,
): Uint8Array | null {
  const callback = context.pskServerCallback;
  if (callback === null) return null;
  // Under TLS 1.3 it may be the ticket of an earlier session: not an error; the callback is skipped.
  if (isTls13 && identity !== null && !isUtf8(identity)) return null;
  return keyOf(callback(textOfPeer(identity, "the client's identity")), 'pskServerCallback');
}
