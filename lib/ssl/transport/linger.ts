// Closes a transport so that the last thing written, an alert or close_notify, arrives: closing a TCP socket that has
// unread input resets the connection and takes the peer's input with it.
import type { Duplex } from 'node:stream';

/**
 * Ends the transport, discards its input until the peer has ended as well or the time is up, and then destroys it.
 * @param hasEnded whether the peer has ended
 */
export function closeGently(
  transport: Duplex,
  milliseconds: number,
  hasEnded = () => transport.readableEnded,
): void {
  if (transport.destroyed) return;
  const destroyWhenDone = () => {
    if (hasEnded() && transport.writableFinished) transport.destroy();
  };
  const timer = setTimeout(() => transport.destroy(), milliseconds);
  timer.unref();
  transport.on('end', destroyWhenDone).on('finish', destroyWhenDone);
  transport.once('close', () => {
    clearTimeout(timer);
    transport.off('end', destroyWhenDone).off('finish', destroyWhenDone);
  });
  if (!transport.writableEnded) transport.end();
  destroyWhenDone();
  transport.resume();
}
