// Errors without a listener in the application. An 'error' without a listener ends the process, and a peer can cause one at
// any moment: also in the tick in which a stream is let go, and before a promise has handed one out.
import type { Duplex } from 'node:stream';

const ignore = () => {};

/** Ignores the errors of a stream that nothing uses any more. For good: net.Socket emits 'error' after it is `closed`. */
export function ignoreErrors(stream: Duplex): void {
  if (!stream.listeners('error').includes(ignore)) stream.on('error', ignore);
}

/**
 * Keeps the errors of a stream that a promise hands out until the application listens to 'error' itself. The first error
 * is then emitted again, so that it is not lost. Does nothing for a stream that has a listener.
 */
export function holdErrors(stream: Duplex): void {
  if (stream.listenerCount('error') > 0) return;
  let held: Error | null = null;
  const hold = (error: Error) => {
    held ??= error;
  };
  const onNewListener = (event: string | symbol) => {
    if (event !== 'error') return;
    stream.off('error', hold).off('newListener', onNewListener);
    process.nextTick(() => {
      if (held !== null && stream.listenerCount('error') > 0) stream.emit('error', held);
    });
  };
  stream.on('error', hold).on('newListener', onNewListener);
}
