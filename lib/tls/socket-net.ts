// The part of net.Socket in a TLSSocket: the addresses and counters of its transport, and connecting.
import type { Socket } from 'node:net';

import { net } from '../ssl/transport/net.js';
import { STATE, type Members, type TLSSocketLike } from './socket-state.js';

type TransportLike = Partial<Socket>;

const transportOf = (socket: TLSSocketLike): TransportLike =>
  (socket[STATE]?.transport ?? {}) as TransportLike;

/** The events of connecting that a TLSSocket emits in place of its transport. */
const FORWARDED = [
  'lookup',
  'connectionAttempt',
  'connectionAttemptFailed',
  'connectionAttemptTimeout',
] as const;

function onConnect(socket: TLSSocketLike, transport: Socket): void {
  if (socket.destroyed) return;
  socket.connecting = false;
  const { autoSelectFamilyAttemptedAddresses: attempted } = transport;
  if (attempted !== undefined)
    Object.assign(socket, { autoSelectFamilyAttemptedAddresses: attempted });
  socket._unrefTimer();
  socket.emit('connect');
  socket.emit('ready');
}

/** Connects the socket's own transport. */
function connectTransport(socket: TLSSocketLike, values: unknown[]): void {
  const transport = socket[STATE].transport as Socket;
  for (const event of FORWARDED)
    transport.on(event, (...facts: unknown[]) => socket.emit(event, ...facts));
  transport.once('connect', () => onConnect(socket, transport));
  const {
    signal: _signal,
    onread: _onread,
    ...options
  } = (values[0] ?? {}) as Record<string, unknown>;
  transport.connect({ ...options, allowHalfOpen: true } as never);
  const { _host } = transport as { _host?: string };
  if (_host !== undefined) Object.assign(socket, { _host });
}

/** Returns [options, callback] of the forms (options), (port, host) and (path). */
export function connectArguments(
  values: readonly unknown[],
): [options: Record<string, unknown>, callback: (() => void) | null] {
  const last = values.at(-1);
  const callback = typeof last === 'function' ? (last as () => void) : null;
  const [first, second] = values;
  if (typeof first === 'object' && first !== null)
    return [first as Record<string, unknown>, callback];
  if (typeof first === 'string' && Number.isNaN(Number(first))) return [{ path: first }, callback];
  const host = typeof second === 'string' ? { host: second } : {};
  return [{ port: first, ...host }, callback];
}

const getters: Record<string, (socket: TLSSocketLike) => unknown> = {
  remoteAddress: (socket) => transportOf(socket).remoteAddress ?? socket[STATE]?.peerName?.address,
  remoteFamily: (socket) => transportOf(socket).remoteFamily ?? socket[STATE]?.peerName?.family,
  remotePort: (socket) => transportOf(socket).remotePort ?? socket[STATE]?.peerName?.port,
  localAddress: (socket) => transportOf(socket).localAddress,
  localFamily: (socket) => transportOf(socket).localFamily,
  localPort: (socket) => transportOf(socket).localPort,
  bytesRead: (socket) => transportOf(socket).bytesRead ?? 0,
  bytesWritten: (socket) => transportOf(socket).bytesWritten ?? 0,
  _bytesDispatched: (socket) => transportOf(socket).bytesWritten ?? 0,
};

/** The getters, as properties of the prototype. */
export const netGetters: PropertyDescriptorMap = Object.fromEntries(
  Object.entries(getters).map(([name, get]) => [
    name,
    {
      configurable: true,
      enumerable: true,
      get(this: TLSSocketLike) {
        return get(this);
      },
      // The constructor of Bun's net.Socket assigns some of them.
      set: () => undefined,
    },
  ]),
);

export const netMembers: Members = {
  connect(...values: unknown[]): unknown {
    const [options, callback] = connectArguments(values);
    if (this.destroyed) return this;
    if (callback !== null) this.once('connect', callback);
    this._unrefTimer();
    this.connecting = true;
    connectTransport(this, [options]);
    return this;
  },

  /** Restarts the timer of `setTimeout`. It would also restart one that was cleared. */
  _unrefTimer(): void {
    if (this.destroyed) return;
    const { prototype } = net().Socket as unknown as { prototype: { _unrefTimer(): void } };
    prototype._unrefTimer.call(this);
  },

  address(): object {
    return transportOf(this).address?.() ?? {};
  },

  setNoDelay(enable?: boolean): TLSSocketLike {
    transportOf(this).setNoDelay?.(enable);
    return this;
  },

  setKeepAlive(...values: [enable?: boolean, initialDelay?: number]): TLSSocketLike {
    transportOf(this).setKeepAlive?.(...values);
    return this;
  },

  ref(): TLSSocketLike {
    transportOf(this).ref?.();
    return this;
  },

  unref(): TLSSocketLike {
    transportOf(this).unref?.();
    return this;
  },

  resetAndDestroy(): TLSSocketLike {
    const transport = transportOf(this);
    if (transport instanceof net().Socket && !this.destroyed) {
      transport.resetAndDestroy();
      this.destroy();
    } else {
      this.destroy();
    }
    return this;
  },
};
