// What an SSLContext demands of the peer's certificate beside what OpenSSL verifies.
import { binding, type ContextHandle } from '../internal/binding.js';
import { spkiText } from '../internal/spki-text.js';
import { ContextSettings } from './context-settings.js';
import { hashesOf, type SpkiKey } from './spki.js';

type SetKeys = (context: ContextHandle, hashes: Buffer) => void;

/** SSLContext's base between ContextSettings and ContextNegotiation. */
export abstract class ContextVerification extends ContextSettings {
  #distrustedSpki: readonly string[] = Object.freeze([]);
  #pinnedSpki: readonly string[] = Object.freeze([]);

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

  #setKeys(keys: Iterable<SpkiKey>, name: string, set: SetKeys): readonly string[] {
    const hashes = hashesOf(keys, name);
    set(this.handle, Buffer.concat(hashes));
    return Object.freeze(hashes.map(spkiText));
  }
}
