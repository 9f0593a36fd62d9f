// What an SSLContext demands of the peer's certificate beside what OpenSSL verifies.
import { binding, type ContextHandle } from '../internal/binding.js';
import { spkiText } from '../internal/spki-text.js';
import { requireFunction } from '../internal/validate.js';
import { ContextSettings } from './context-settings.js';
import { hashesOf, type SpkiKey } from './spki.js';
import type { VerifyCallback } from './verify-question.js';
import { changing } from './dormant.js';

/** The numbers of callbacks, by which sessions know again who was asked. */
const numbers = new WeakMap<VerifyCallback, number>();
let lastNumber = 0;

function numberOf(callback: VerifyCallback): number {
  const known = numbers.get(callback);
  if (known !== undefined) return known;
  numbers.set(callback, ++lastNumber);
  return lastNumber;
}

type SetKeys = (context: ContextHandle, hashes: Buffer) => void;

/** SSLContext's base between ContextSettings and ContextNegotiation. */
export abstract class ContextVerification extends ContextSettings {
  #distrustedSpki: readonly string[] = Object.freeze([]);
  #pinnedSpki: readonly string[] = Object.freeze([]);
  #verifyCallback: VerifyCallback | null = null;

  /**
   * Keys that no certificate of the peer's chain may have, root included, whatever is trusted: beside the list that comes
   * with this package. A chain with one of them is refused with `verifyCode` 28; another chain to the same certificate is
   * not looked for. For connections that are made from now on. Setting takes any iterable of keys (`SpkiKey`), and
   * replaces all of them; `ssl.spkiHash` gives the key of a certificate.
   *
   * With `CERT_NONE` only the peer's own certificate is held against this list, and none against the package's.
   * @throws TypeError, RangeError for what is no list of keys; it stays as it was
   */
  get distrustedSpki(): readonly string[] {
    return this.#distrustedSpki;
  }
  set distrustedSpki(keys: Iterable<SpkiKey>) {
    this.#distrustedSpki = this.#setKeys(keys, 'distrustedSpki', binding.contextSetDistrustedKeys);
  }

  /**
   * Keys of which the peer's verified chain must have one, be it the root's (pins, RFC 7469, 2.6); empty for no such
   * demand. A chain without any is refused with `verifyCode` 50 and a message that names the keys it has. For connections
   * that are made from now on. Setting takes any iterable of keys (`SpkiKey`), and replaces all of them.
   *
   * With `CERT_NONE` the peer's own certificate must have one of the keys, and nothing else is verified: a device whose
   * certificate signs itself can be pinned so. A server asks for a certificate then, and takes no client without one.
   * @throws TypeError, RangeError for what is no list of keys; it stays as it was
   */
  get pinnedSpki(): readonly string[] {
    return this.#pinnedSpki;
  }
  set pinnedSpki(keys: Iterable<SpkiKey>) {
    this.#pinnedSpki = this.#setKeys(keys, 'pinnedSpki', binding.contextSetPinnedKeys);
  }

  /**
   * Asked about the certificate of every peer of the connections that are made from now on, after it has been verified, or
   * has failed to be; null for none. What it may answer: {@link VerifyCallback}.
   *
   * It is asked where a certificate is shown: not for a resumed session, which was judged when it was made, and on a server
   * only where `verifyMode` or `pinnedSpki` have it ask for one. A promise makes `SSLSocket` and `createServer` wait and
   * `SSLObject` throw SSLWantCallbackError; `handshakeTimeout` covers it. A server's handshake goes on meanwhile, but
   * nothing that the client has sent is given out, and nothing is sent, before the answer: a refusal that came as a promise
   * therefore closes the connection without an alert. Inside the callback the connection refuses what would change it.
   *
   * Where `sniCallback` switches to a context that has one, that one is asked, and otherwise the first context's.
   * @throws TypeError for anything but a function or null
   */
  get verifyCallback(): VerifyCallback | null {
    return this.#verifyCallback;
  }
  set verifyCallback(callback: VerifyCallback | null) {
    if (callback !== null) requireFunction(callback, 'verifyCallback');
    binding.contextSetVerifier(changing(this.handle), callback === null ? 0 : numberOf(callback));
    this.#verifyCallback = callback;
  }

  #setKeys(keys: Iterable<SpkiKey>, name: string, set: SetKeys): readonly string[] {
    const hashes = hashesOf(keys, name);
    set(changing(this.handle), Buffer.concat(hashes));
    return Object.freeze(hashes.map(spkiText));
  }
}
