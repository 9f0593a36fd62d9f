// Bun's net.Socket emits no `timeout` while a write waits for a peer that does not read; Node's does. An application that
// relies on setTimeout to disconnect such peers would keep them forever.
import type { Duplex } from 'node:stream';

import { net } from './net.js';

/** The members of net.Socket that show progress. */
interface Watched extends Duplex {
  readonly bytesRead?: number;
  readonly bytesWritten?: number;
  readonly timeout?: number;
}

const LACKS_TIMEOUT = process.versions['bun'] !== undefined;
/** The number of checks per timeout: a timeout is late by at most one check interval. */
const LOOKS = 4;

const watches = new WeakMap<Duplex, NodeJS.Timeout>();

const stateOf = ({ bytesRead, bytesWritten, writableLength }: Watched) =>
  `${bytesRead} ${bytesWritten} ${writableLength}`;

/** Returns the function for each check, which emits `timeout` once whenever a write stalls. */
function look(transport: Watched, milliseconds: number, stop: () => void): () => void {
  let state = stateOf(transport);
  let since = performance.now();
  let isReported = false;
  return () => {
    const { destroyed, timeout = milliseconds } = transport;
    if (destroyed || timeout !== milliseconds) return stop();
    const now = stateOf(transport);
    if (now !== state || transport.writableLength === 0) {
      [state, since, isReported] = [now, performance.now(), false];
    } else if (!isReported && performance.now() - since >= milliseconds) {
      isReported = true;
      transport.emit('timeout');
    }
  };
}

/**
 * Has the transport emit `timeout` after so many milliseconds in which a write has waited in vain, where the runtime does
 * not do so itself. Call it with every change of the transport's timeout; 0 turns it off.
 */
export function watchStalledWrites(transport: Duplex, milliseconds: number): void {
  if (!LACKS_TIMEOUT || !(transport instanceof net().Socket)) return;
  const stop = () => clearInterval(watches.get(transport));
  stop();
  if (!(milliseconds > 0)) return;
  const every = Math.ceil(milliseconds / LOOKS);
  watches.set(transport, setInterval(look(transport, milliseconds, stop), every).unref());
}
