// Closes a transport so that the last thing written, an alert or close_notify, arrives: closing a TCP socket that has
// unread input resets the connection and takes the peer's input with it.
import type { Duplex } from 'node:stream';

/** Ends the transport, lets its input go by until the peer has ended as well, and destroys it at the latest then. */
export function closeGently(transport: Duplex, milliseconds: number): void {
  if (transport.destroyed) return;
  const destroy = () => {
    clearTimeout(timer);
    transport.off('end', destroyWhenWritten);
    transport.destroy();
  };
  const destroyWhenWritten = () => {
    if (transport.writableFinished) destroy();
    else transport.once('finish', destroy);
  };
  const timer = setTimeout(destroy, milliseconds);
  timer.unref();
  transport.once('close', () => clearTimeout(timer));
  if (!transport.writableEnded) transport.end();
  if (transport.readableEnded) return destroyWhenWritten();
  transport.once('end', destroyWhenWritten);
  transport.resume();
}
