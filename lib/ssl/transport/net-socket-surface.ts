// The members that http, http2, undici, ws and similar libraries expect of a TLS socket in addition to those of Duplex: the
// members of net.Socket and tls.TLSSocket that concern the transport or the negotiated parameters.
import type { AddressInfo } from 'node:net';
import { Duplex, type DuplexOptions } from 'node:stream';

import type { SSLCertVerificationError } from '../../errors.js';
import { CONNECTION } from '../connection-info.js';
import type { Emits } from '../typed-events.js';
import { withConnectionInfo } from '../with-connection-info.js';
import { requireChunk } from '../engine/plaintext.js';
import { watchStalledWrites } from './stalled-writes.js';

/** Keys of the members through which the socket informs this class. */
export const TRANSPORT = Symbol('transport');
export const IS_OPEN = Symbol('is open');

/** The members of net.Socket that a transport may have. */
interface SocketLike {
  connecting?: boolean;
  remoteAddress?: string;
  remoteFamily?: string;
  remotePort?: number;
  localAddress?: string;
  localFamily?: string;
  localPort?: number;
  bytesRead?: number;
  bytesWritten?: number;
  timeout?: number;
  address?(): AddressInfo | object;
  setTimeout?(milliseconds: number): unknown;
  setNoDelay?(enable?: boolean): unknown;
  setKeepAlive?(enable?: boolean, initialDelay?: number): unknown;
  ref?(): unknown;
  unref?(): unknown;
}

function socketOf(socket: { readonly [TRANSPORT]: Duplex }): SocketLike {
  return socket[TRANSPORT] as SocketLike;
}

/** The events of SSLSocket in addition to those of Duplex. */
interface SSLSocketEvents {
  /** The transport has connected. */
  connect: [];
  /** The handshake is done. */
  secureConnect: [];
  /** See `setTimeout`. */
  timeout: [];
}

const EventfulDuplex: new (options?: DuplexOptions) => Emits<SSLSocketEvents> & Duplex = Duplex;

/** Forwards to the transport. A member that the transport lacks has no effect. */
export abstract class NetSocketSurface extends withConnectionInfo(EventfulDuplex) {
  /** @internal */
  abstract readonly [TRANSPORT]: Duplex;
  /** @internal */
  abstract readonly [IS_OPEN]: boolean;

  /** Writes like Duplex, but an error about the type of the chunk does not show its value. */
  override write(chunk: unknown, written?: (error: Error | null | undefined) => void): boolean;
  override write(
    chunk: unknown,
    encoding?: BufferEncoding,
    written?: (error: Error | null | undefined) => void,
  ): boolean;
  override write(chunk: unknown, ...rest: unknown[]): boolean {
    if (chunk !== null) requireChunk(chunk);
    return super.write(...([chunk, ...rest] as Parameters<Duplex['write']>));
  }

  /** Ends like Duplex, but an error about the type of the chunk does not show its value. */
  override end(ended?: () => void): this;
  override end(chunk: unknown, ended?: () => void): this;
  override end(chunk: unknown, encoding?: BufferEncoding, ended?: () => void): this;
  override end(chunk?: unknown, ...rest: unknown[]): this {
    if (chunk !== undefined && chunk !== null && typeof chunk !== 'function') requireChunk(chunk);
    return super.end(...([chunk, ...rest] as Parameters<Duplex['end']>));
  }

  /** Always true, like on tls.TLSSocket. */
  get encrypted(): true {
    return true;
  }
  /** Whether the peer has shown a certificate that was verified. */
  get authorized(): boolean {
    // Not the context's verify mode, which may have changed since the handshake.
    const certificate = this[IS_OPEN] ? this.getpeercert() : null;
    return certificate !== null && Object.keys(certificate).length > 0;
  }
  /**
   * The reason why the peer's certificate did not verify, if `verifyCallback` accepted it anyway; otherwise null, since
   * such a certificate fails the handshake.
   */
  get authorizationError(): SSLCertVerificationError | null {
    return this[IS_OPEN] ? this[CONNECTION].overridden : null;
  }
  /** The protocol agreed on by ALPN, or false. */
  get alpnProtocol(): string | false {
    return this[IS_OPEN] && (this.selectedAlpnProtocol() ?? false);
  }
  /**
   * The requested server name in A-labels, or false: on a client the name of `serverHostname`, on a server the name that
   * the client sent (RFC 6066, 3), with or without a `sniCallback`. The value remains after a close.
   */
  get servername(): string | false {
    return this[CONNECTION].requestedName ?? false;
  }

  /** The peer's certificate in the form of node:tls; an empty object without a certificate. */
  getPeerCertificate(): object {
    const [leaf] = this[IS_OPEN] ? this.getUnverifiedChain() : [];
    if (leaf === undefined) return {};
    const { X509Certificate } = process.getBuiltinModule('node:crypto');
    return new X509Certificate(leaf).toLegacyObject();
  }

  /** Whether the transport is still connecting (net.Socket). */
  get connecting(): boolean {
    return socketOf(this).connecting ?? false;
  }
  /** The peer's IP address; undefined if the transport does not provide it (net.Socket). */
  get remoteAddress(): string | undefined {
    return socketOf(this).remoteAddress;
  }
  /** `'IPv4'` or `'IPv6'`; undefined if the transport does not provide it (net.Socket). */
  get remoteFamily(): string | undefined {
    return socketOf(this).remoteFamily;
  }
  /** The peer's port; undefined if the transport does not provide it (net.Socket). */
  get remotePort(): number | undefined {
    return socketOf(this).remotePort;
  }
  /** This end's IP address; undefined if the transport does not provide it (net.Socket). */
  get localAddress(): string | undefined {
    return socketOf(this).localAddress;
  }
  /** `'IPv4'` or `'IPv6'`; undefined if the transport does not provide it (net.Socket). */
  get localFamily(): string | undefined {
    return socketOf(this).localFamily;
  }
  /** This end's port; undefined if the transport does not provide it (net.Socket). */
  get localPort(): number | undefined {
    return socketOf(this).localPort;
  }
  /** Bytes of ciphertext received; undefined if the transport does not count them (net.Socket). */
  get bytesRead(): number | undefined {
    return socketOf(this).bytesRead;
  }
  /** Bytes of ciphertext sent; undefined if the transport does not count them (net.Socket). */
  get bytesWritten(): number | undefined {
    return socketOf(this).bytesWritten;
  }
  /** The milliseconds set by `setTimeout`; undefined without a timeout (net.Socket). */
  get timeout(): number | undefined {
    return socketOf(this).timeout;
  }
  /**
   * This end's address as { address, family, port }; an empty object if the transport does not provide it (net.Socket).
   */
  address(): AddressInfo | object {
    return socketOf(this).address?.() ?? {};
  }

  /**
   * Emits `timeout` after this many milliseconds without traffic on the transport; 0 turns it off. The socket stays open:
   * the listener may close it (net.Socket).
   * @param listener Added as a one-time listener of `timeout`.
   */
  setTimeout(milliseconds: number, listener?: () => void): this {
    socketOf(this).setTimeout?.(milliseconds);
    watchStalledWrites(this[TRANSPORT], milliseconds);
    if (listener !== undefined && milliseconds === 0) this.off('timeout', listener);
    else if (listener !== undefined) this.once('timeout', listener);
    return this;
  }
  /** Ends this end, and destroys the socket once everything has been sent (net.Socket). */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }
  /** Sets whether small writes are sent without waiting for more, true by default (TCP_NODELAY; net.Socket). */
  setNoDelay(enable?: boolean): this {
    socketOf(this).setNoDelay?.(enable);
    return this;
  }
  /**
   * Sets whether an idle transport is probed, after `initialDelay` milliseconds without traffic (SO_KEEPALIVE; net.Socket).
   */
  setKeepAlive(enable?: boolean, initialDelay?: number): this {
    socketOf(this).setKeepAlive?.(enable, initialDelay);
    return this;
  }
  /** Makes the transport keep the process alive, which is the default (net.Socket). */
  ref(): this {
    socketOf(this).ref?.();
    return this;
  }
  /** Lets the process end while the transport is open (net.Socket). */
  unref(): this {
    socketOf(this).unref?.();
    return this;
  }
}
