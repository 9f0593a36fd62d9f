// Pre-shared keys: checks the results of the callbacks and converts them for OpenSSL (native/napi/tls_psk.cc).
import { isUtf8 } from 'node:buffer';

import { typeError, valueError } from '../../errors.js';
import { describe, requireBytes, requireText } from '../../internal/validate.js';
import { isPromiseLike } from './callback-values.js';
import type { Asked } from './context.js';

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
  { pskSource, blame }: Asked,
  hint: Buffer | null,
  isTls13: boolean,
): readonly [identity: Uint8Array, key: Uint8Array] | null {
  const callback = pskSource.pskClientCallback;
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
  { pskSource }: Asked,
  identity: Buffer | null,
  isTls13: boolean,
): Uint8Array | null {
  const callback = pskSource.pskServerCallback;
  if (callback === null) return null;
  // Under TLS 1.3 it may be the ticket of an earlier session: not an error; the callback is skipped.
  if (isTls13 && identity !== null && !isUtf8(identity)) return null;
  return keyOf(callback(textOfPeer(identity, "the client's identity")), 'pskServerCallback');
}
