// What http, http2, undici, ws and the like expect of a TLS socket beside a Duplex: the surface of net.Socket and
// tls.TLSSocket that concerns the transport below, or what was negotiated.
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import type { SSLCertVerificationError } from '../../errors.js';
import { CONNECTION } from '../connection-info.js';
import { InformedDuplex } from '../informed-duplex.js';
import { requireChunk } from '../engine/plaintext.js';
import { watchStalledWrites } from './stalled-writes.js';

/** Keys of what the socket tells this surface. */
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

/** The surface. Where the transport lacks a member, nothing happens. */
export abstract class TransportSurface extends InformedDuplex {
  /** @internal */
  abstract readonly [TRANSPORT]: Duplex;
  /** @internal */
  abstract readonly [IS_OPEN]: boolean;

  /** Writes as Duplex does; an error about the type of the chunk does not show its value. */
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

  /** Ends as Duplex does; an error about the type of the chunk does not show its value. */
  override end(ended?: () => void): this;
  override end(chunk: unknown, ended?: () => void): this;
  override end(chunk: unknown, encoding?: BufferEncoding, ended?: () => void): this;
  override end(chunk?: unknown, ...rest: unknown[]): this {
    if (chunk !== undefined && chunk !== null && typeof chunk !== 'function') requireChunk(chunk);
    return super.end(...([chunk, ...rest] as Parameters<Duplex['end']>));
  }

  /** Always true, as on tls.TLSSocket. */
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
   * Why the peer's certificate did not verify where `verifyCallback` has accepted it all the same; null otherwise: such a
   * certificate fails the handshake.
   */
  get authorizationError(): SSLCertVerificationError | null {
    return this[IS_OPEN] ? this[CONNECTION].overridden : null;
  }
  /** The protocol agreed on by ALPN, or false. */
  get alpnProtocol(): string | false {
    return this[IS_OPEN] && (this.selectedAlpnProtocol() ?? false);
  }
  /**
   * The name of the server that was asked for, in A-labels, or false: on a client the name of `serverHostname`, on a server
   * the name that the client sent (RFC 6066, 3), with and without a `sniCallback`. It stays after a close.
   */
  get servername(): string | false {
    return this[CONNECTION].requestedName ?? false;
  }

  /** The peer's certificate as node:tls describes it; an empty object when there is none. */
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
  /** The peer's IP address; undefined where the transport has none (net.Socket). */
  get remoteAddress(): string | undefined {
    return socketOf(this).remoteAddress;
  }
  /** `'IPv4'` or `'IPv6'`; undefined where the transport has none (net.Socket). */
  get remoteFamily(): string | undefined {
    return socketOf(this).remoteFamily;
  }
  /** The peer's port; undefined where the transport has none (net.Socket). */
  get remotePort(): number | undefined {
    return socketOf(this).remotePort;
  }
  /** This end's IP address; undefined where the transport has none (net.Socket). */
  get localAddress(): string | undefined {
    return socketOf(this).localAddress;
  }
  /** `'IPv4'` or `'IPv6'`; undefined where the transport has none (net.Socket). */
  get localFamily(): string | undefined {
    return socketOf(this).localFamily;
  }
  /** This end's port; undefined where the transport has none (net.Socket). */
  get localPort(): number | undefined {
    return socketOf(this).localPort;
  }
  /** Bytes of ciphertext that have come; undefined where the transport does not count (net.Socket). */
  get bytesRead(): number | undefined {
    return socketOf(this).bytesRead;
  }
  /** Bytes of ciphertext that have gone; undefined where the transport does not count (net.Socket). */
  get bytesWritten(): number | undefined {
    return socketOf(this).bytesWritten;
  }
  /** The milliseconds that `setTimeout` has set; undefined where there are none (net.Socket). */
  get timeout(): number | undefined {
    return socketOf(this).timeout;
  }
  /** This end's address as { address, family, port }; an empty object where the transport has none (net.Socket). */
  address(): AddressInfo | object {
    return socketOf(this).address?.() ?? {};
  }

  /**
   * Has `timeout` emitted after so many milliseconds without traffic on the transport; 0 turns it off. The socket goes on:
   * closing it is the listener's business (net.Socket).
   * @param listener Put on `timeout`, once.
   */
  setTimeout(milliseconds: number, listener?: () => void): this {
    socketOf(this).setTimeout?.(milliseconds);
    watchStalledWrites(this[TRANSPORT], milliseconds);
    if (listener !== undefined && milliseconds === 0) this.off('timeout', listener);
    else if (listener !== undefined) this.once('timeout', listener);
    return this;
  }
  /** Ends this end, and destroys the socket once everything has gone (net.Socket). */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }
  /** Whether small writes are sent without waiting for more, true by default (TCP_NODELAY; net.Socket). */
  setNoDelay(enable?: boolean): this {
    socketOf(this).setNoDelay?.(enable);
    return this;
  }
  /** Whether an idle transport is probed, after `initialDelay` milliseconds without traffic (SO_KEEPALIVE; net.Socket). */
  setKeepAlive(enable?: boolean, initialDelay?: number): this {
    socketOf(this).setKeepAlive?.(enable, initialDelay);
    return this;
  }
  /** Has the transport keep the process alive, as it does by itself (net.Socket). */
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
