// Closes a transport so that the last thing written, an alert or close_notify, arrives: closing a TCP socket that has
// unread input resets the connection and takes the peer's input with it.
import type { Duplex } from 'node:stream';

/** The limits of lingering. */
export interface LingerLimits {
  readonly milliseconds: number;
  /** The bytes of input to discard; no limit without a number. */
  readonly most?: number | undefined;
}

/** What has to arrive before the transport is closed, and the way to discard the peer's input. */
interface Lingering {
  /** Whether the peer has ended. */
  hasEnded(): boolean;
  /** Begins to discard. Calls `took` with the size of what has come, and after the end. */
  begin(took: (size: number) => void): void;
  stop(): void;
}

function linger(
  transport: Duplex,
  { milliseconds, most = Infinity }: LingerLimits,
  input: Lingering,
): void {
  if (transport.destroyed) return;
  let rest = most;
  const timer = setTimeout(() => transport.destroy(), milliseconds);
  timer.unref();
  const takeNote = (size: number) => {
    rest -= size;
    if (rest < 0 || (input.hasEnded() && transport.writableFinished)) transport.destroy();
  };
  const onFinish = () => takeNote(0);
  transport.on('finish', onFinish).once('close', () => {
    clearTimeout(timer);
    transport.off('finish', onFinish);
    input.stop();
  });
  if (!transport.writableEnded) transport.end();
  input.begin(takeNote);
}

/**
 * Ends the transport, discards its input until the peer has ended as well or a limit is reached, and then destroys it.
 * @param hasEnded whether the peer has ended
 */
export function closeGently(
  transport: Duplex,
  limits: LingerLimits,
  hasEnded = () => transport.readableEnded,
): void {
  let stop = () => {};
  linger(transport, limits, {
    hasEnded,
    begin: (took) => {
      const onData = ({ length }: { readonly length: number }) => took(length);
      const onEnd = () => took(0);
      transport.on('data', onData).on('end', onEnd);
      stop = () => void transport.off('data', onData).off('end', onEnd);
      took(0);
      transport.resume();
    },
    stop: () => stop(),
  });
}

/** The input at a descriptor. */
interface Discarding {
  /** Returns the size of what has come; null once the peer has ended. */
  discard(): number | null;
}

/**
 * Does the same at the descriptor, without the stream, which would make an error of a reset. The caller calls the returned
 * function for every change.
 */
export function closeGentlyAtPort(
  transport: Duplex,
  limits: LingerLimits,
  port: Discarding,
): () => void {
  let hasEnded = false;
  let onChange = () => {};
  linger(transport, limits, {
    hasEnded: () => hasEnded,
    begin: (took) => {
      onChange = () => {
        const size = hasEnded ? 0 : port.discard();
        hasEnded ||= size === null;
        took(size ?? 0);
      };
      onChange();
    },
    stop: () => (onChange = () => {}),
  });
  return () => onChange();
}
