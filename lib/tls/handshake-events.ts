// The events of handshakes on node:diagnostics_channel, for tracing without patches: `hermetic-ssl.tls.handshake.begin`,
// `.end` once the peer is accepted, and `.error`.
import { channel } from 'node:diagnostics_channel';

import { whileOpen } from '../errors.js';
import { binding } from '../internal/native/binding.js';
import { STATE, type TLSSocketLike } from './socket-state.js';

const channelOf = (name: string) => channel(`hermetic-ssl.tls.handshake.${name}`);
const begun = channelOf('begin');
const ended = channelOf('end');
const failed = channelOf('error');

/** The message of each event; later ones have more members. */
const commonFacts = (socket: TLSSocketLike) => ({
  socket,
  isServer: socket[STATE].isServer,
  servername: socket.servername || socket[STATE].requestedName || null,
});

const durationOf = (socket: TLSSocketLike): number =>
  performance.now() - (socket[STATE].beganAt ?? performance.now());

/** Publishes the begin of a handshake. */
export function publishBegin(socket: TLSSocketLike): void {
  socket[STATE].beganAt = performance.now();
  if (begun.hasSubscribers) begun.publish(commonFacts(socket));
}

/** Publishes the end of a handshake whose peer is accepted. */
export function publishEnd(socket: TLSSocketLike): void {
  const { connection } = socket[STATE];
  if (!ended.hasSubscribers || connection === null) return;
  const { handle, isResumed } = connection;
  const [cipher = null] = whileOpen(binding.connectionCipher(handle), null) ?? [];
  ended.publish({
    ...commonFacts(socket),
    duration: durationOf(socket),
    protocol: whileOpen(binding.connectionVersion(handle), null),
    cipher,
    group: whileOpen(binding.connectionGroup(handle), null),
    isResumed,
  });
}

/** Publishes the failure of a handshake that has begun, or its end by a close: the error is null then. */
export function publishError(socket: TLSSocketLike, error: Error | null): void {
  const { isAccepted, beganAt } = socket[STATE];
  if (isAccepted || beganAt === null || !failed.hasSubscribers) return;
  failed.publish({ ...commonFacts(socket), duration: durationOf(socket), error });
}
