// An SSLContext's pre-shared keys. What the callbacks give is checked, and used, in psk.ts.
import { SSLError, unwrap } from '../errors.js';
import { binding } from '../internal/binding.js';
import { requireFunction, requireText } from '../internal/validate.js';
import { ContextNegotiation } from './context-negotiation.js';
import type { PskClientCallback, PskServerCallback } from './psk.js';
import { changing } from './dormant.js';

/** SSLContext's next base. */
export abstract class ContextPsk extends ContextNegotiation {
  #pskClientCallback: PskClientCallback | null = null;
  #pskServerCallback: PskServerCallback | null = null;

  /** @internal */
  abstract readonly role: { isServerOnly: boolean; isClientOnly: boolean };

  /** @internal */
  get pskClientCallback(): PskClientCallback | null {
    return this.#pskClientCallback;
  }
  /** @internal */
  get pskServerCallback(): PskServerCallback | null {
    return this.#pskServerCallback;
  }

  /**
   * Has connections that are made from now on offer a pre-shared key; null for none (Python: set_psk_client_callback). Under
   * TLS 1.2 suites with PSK in their name must be allowed: `setCiphers('PSK')`, or those with forward secrecy,
   * `setCiphers('kECDHEPSK:kDHEPSK')`. The key should be random: one that can be guessed is found from a recorded handshake
   * (RFC 9257, 6).
   *
   * The callback is called inside the handshake, where its own connection refuses everything that would change it. It may be
   * called twice: under TLS 1.3 before the server has answered, and again when that wants other parameters or TLS 1.2.
   *
   * A key that both ends know proves the server, so it shows no certificate: `getpeercert()` is null also under
   * `CERT_REQUIRED`, and no name is checked; only `pinnedSpki` still demands a certificate. Under TLS 1.3 the handshake goes
   * on with a certificate where there is no key or the server declines it. A key is then of use with suites of SHA-256 alone.
   *
   * A callback that throws or gives what it may not has no key to offer. What it threw is the `cause` of the error that the
   * handshake fails with; where it does not fail, a process warning tells of it, once for each context.
   * @throws SSLError on a PROTOCOL_TLS_SERVER context
   */
  setPskClientCallback(callback: PskClientCallback | null): void {
    if (this.role.isServerOnly)
      throw new SSLError('Cannot add PSK client callback to a PROTOCOL_TLS_SERVER context');
    if (callback !== null) requireFunction(callback, 'callback');
    binding.contextSetAsksPskClient(changing(this.handle), callback !== null);
    this.#pskClientCallback = callback;
  }

  /**
   * Has connections that are made from now on take pre-shared keys; null for none (Python: set_psk_server_callback).
   * `identityHint`, at most 256 bytes of UTF-8, is told to clients under TLS 1.2. What `setPskClientCallback` says of suites,
   * of calls inside the handshake and of errors holds here too; a client with a key shows no certificate either, whatever
   * `verifyMode` says.
   *
   * Under TLS 1.3 the server declines a key that it does not know, and goes on with its certificate if it has one; with a
   * certificate it also declines a key it knows unless it prefers a suite of SHA-256. `sessionReused` tells whether a key was
   * used, there only.
   *
   * Where `sniCallback` switches contexts, callback and hint are those of the context that it switches to; whether keys are
   * taken at all depends on the first one. (In Python the first context's callback is asked under TLS 1.3.) A client that
   * resumes a session is not asked for its key again.
   * @throws SSLError on a PROTOCOL_TLS_CLIENT context, RangeError for a hint that is too long
   */
  setPskServerCallback(
    callback: PskServerCallback | null,
    identityHint: string | null = null,
  ): void {
    if (this.role.isClientOnly)
      throw new SSLError('Cannot add PSK server callback to a PROTOCOL_TLS_CLIENT context');
    if (callback !== null) requireFunction(callback, 'callback');
    if (identityHint !== null) requireText(identityHint, 'identityHint');
    unwrap(binding.contextSetAsksPskServer(changing(this.handle), callback !== null, identityHint));
    this.#pskServerCallback = callback;
  }
}
