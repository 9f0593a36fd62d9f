// Derivations on the addon's own threads, and the signals that cancel them.
import { unwrap } from '../errors.js';
import { onAbort } from './abort.js';
import type { CancellationHandle, Native } from './binding.js';
import { binding } from './binding.js';

/** Starts the work. The promise resolves to undefined or to the record of an error. */
export type Start = (cancellation?: CancellationHandle) => Promise<Native<undefined>>;

/** Waits for the work or for the signal. The native job ends soon after the signal, or when its turn comes. */
async function deriveUnlessAborted(start: Start, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const cancellation = binding.newCancellation();
  let forget = (): void => undefined;
  const aborted = new Promise<void>((resolve) => {
    forget = onAbort(signal, () => {
      binding.cancel(cancellation);
      resolve();
    });
  });
  try {
    unwrap(await Promise.race([start(cancellation), aborted]));
  } finally {
    forget();
  }
  signal.throwIfAborted();
}

/** Has the work done. Rejects with its error, or with the reason of the signal. */
export async function derive(start: Start, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) unwrap(await start());
  else await deriveUnlessAborted(start, signal);
}
