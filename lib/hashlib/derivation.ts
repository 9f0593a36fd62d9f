// Derivations on the addon's own threads, and the signals that cancel them.
import { unwrap } from '../errors.js';
import { onAbort, unlessAborted } from '../internal/abort.js';
import type { CancellationHandle, Native } from '../internal/native/binding.js';
import { binding } from '../internal/native/binding.js';

/** Starts the work. The promise resolves to its result or to the record of an error. */
export type Start<T> = (cancellation?: CancellationHandle) => Promise<Native<T>>;

/** Waits for the work or for the signal. The native job ends soon after the signal, or when its turn comes. */
async function deriveUnlessAborted<T>(start: Start<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const cancellation = binding.newCancellation();
  const forget = onAbort(signal, () => binding.cancel(cancellation));
  try {
    return unwrap(await unlessAborted(start(cancellation), signal));
  } finally {
    forget();
  }
}

/** Runs the work. Rejects with its error, or with the reason of the signal. */
export async function derive<T>(start: Start<T>, signal: AbortSignal | undefined): Promise<T> {
  return signal === undefined ? unwrap(await start()) : deriveUnlessAborted(start, signal);
}
