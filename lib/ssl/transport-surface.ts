// What http, http2, undici, ws and the like expect of a TLS socket beside a Duplex: the surface of net.Socket and
// tls.TLSSocket that concerns the transport below, or what was negotiated.
import { X509Certificate } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import { InformedDuplex } from './informed-duplex.js';

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

  /** Always true. */
  get encrypted(): true {
    return true;
  }
  /** Whether the peer has shown a certificate that was verified. */
  get authorized(): boolean {
    // Not the context's verify mode, which may have changed since the handshake.
    const certificate = this[IS_OPEN] ? this.getpeercert() : null;
    return certificate !== null && Object.keys(certificate).length > 0;
  }
  /** Always null: a certificate that does not verify fails the handshake. */
  get authorizationError(): null {
    return null;
  }
  /** The protocol agreed on by ALPN, or false. */
  get alpnProtocol(): string | false {
    return this[IS_OPEN] && (this.selectedAlpnProtocol() ?? false);
  }
  /** The name of the server that was asked for, or false. */
  get servername(): string | false {
    return this.serverHostname ?? false;
  }

  /** The peer's certificate as node:tls describes it; an empty object when there is none. */
  getPeerCertificate(): object {
    const [leaf] = this[IS_OPEN] ? this.getUnverifiedChain() : [];
    return leaf === undefined ? {} : new X509Certificate(leaf).toLegacyObject();
  }

  get connecting(): boolean {
    return socketOf(this).connecting ?? false;
  }
  get remoteAddress(): string | undefined {
    return socketOf(this).remoteAddress;
  }
  get remoteFamily(): string | undefined {
    return socketOf(this).remoteFamily;
  }
  get remotePort(): number | undefined {
    return socketOf(this).remotePort;
  }
  get localAddress(): string | undefined {
    return socketOf(this).localAddress;
  }
  get localFamily(): string | undefined {
    return socketOf(this).localFamily;
  }
  get localPort(): number | undefined {
    return socketOf(this).localPort;
  }
  /** Bytes of ciphertext that have come. */
  get bytesRead(): number | undefined {
    return socketOf(this).bytesRead;
  }
  /** Bytes of ciphertext that have gone. */
  get bytesWritten(): number | undefined {
    return socketOf(this).bytesWritten;
  }
  get timeout(): number | undefined {
    return socketOf(this).timeout;
  }
  address(): AddressInfo | object {
    return socketOf(this).address?.() ?? {};
  }

  /** Emits 'timeout' after so many milliseconds without traffic on the transport; 0 turns it off. */
  setTimeout(milliseconds: number, listener?: () => void): this {
    socketOf(this).setTimeout?.(milliseconds);
    if (listener !== undefined && milliseconds === 0) this.off('timeout', listener);
    else if (listener !== undefined) this.once('timeout', listener);
    return this;
  }
  /** Ends this end, and destroys the socket once everything has gone. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }
  setNoDelay(enable?: boolean): this {
    socketOf(this).setNoDelay?.(enable);
    return this;
  }
  setKeepAlive(enable?: boolean, initialDelay?: number): this {
    socketOf(this).setKeepAlive?.(enable, initialDelay);
    return this;
  }
  ref(): this {
    socketOf(this).ref?.();
    return this;
  }
  unref(): this {
    socketOf(this).unref?.();
    return this;
  }
}
