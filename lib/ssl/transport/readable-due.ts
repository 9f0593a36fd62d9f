// One chunk for each 'readable': since Node 26, read() returns one chunk, and a program that calls it once for each event must
// find only one. A second one would be left without an event, and the program wait for ever.
import type { Readable } from 'node:stream';

type Reading = Pick<Readable, 'readableFlowing' | 'destroyed'>;

/** Whether an event `readable` is on its way. Until it has come, no more is pushed. */
export function isReadableDue(stream: Reading): boolean {
  const { emittedReadable } = Reflect.get(stream, '_readableState') as { emittedReadable: boolean };
  return emittedReadable && stream.readableFlowing !== true;
}

/**
 * Calls `read` for a stream's `_read`: later unless the stream flows. Within `read()` a chunk would be pushed behind the one that
 * it returns, without an event.
 */
export function readOn(stream: Reading, read: () => void): void {
  if (stream.readableFlowing === true) read();
  else process.nextTick(() => void (stream.destroyed || read()));
}
