// Closes a transport so that the last thing written, an alert or close_notify, arrives: closing a TCP socket that has
// unread input resets the connection and takes the peer's input with it.
import type { Duplex } from 'node:stream';

/** The limits of lingering. */
export interface LingerLimits {
  readonly milliseconds: number;
  /** The bytes of input to discard; no limit without a number. */
  readonly most?: number | undefined;
}

/**
 * Ends the transport, discards its input until the peer has ended as well or a limit is reached, and then destroys it.
 * @param hasEnded whether the peer has ended
 */
export function closeGently(
  transport: Duplex,
  { milliseconds, most = Infinity }: LingerLimits,
  hasEnded = () => transport.readableEnded,
): void {
  if (transport.destroyed) return;
  const destroyWhenDone = () => {
    if (hasEnded() && transport.writableFinished) transport.destroy();
  };
  const timer = setTimeout(() => transport.destroy(), milliseconds);
  timer.unref();
  let rest = most;
  const onData = (chunk: { readonly length: number }) => {
    rest -= chunk.length;
    if (rest < 0) transport.destroy();
  };
  if (most < Infinity) transport.on('data', onData);
  transport.on('end', destroyWhenDone).on('finish', destroyWhenDone);
  transport.once('close', () => {
    clearTimeout(timer);
    transport.off('end', destroyWhenDone).off('finish', destroyWhenDone).off('data', onData);
  });
  if (!transport.writableEnded) transport.end();
  destroyWhenDone();
  transport.resume();
}
