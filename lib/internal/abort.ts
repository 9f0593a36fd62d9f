// Adds only one listener to each AbortSignal, however many operations wait for it. The runtime warns of a leak above ten
// listeners, and hundreds of derivations under one signal are not a leak.
import { typeError } from '../errors.js';
import { describe, ownOptions } from './validate.js';

const waiting = new WeakMap<AbortSignal, Set<() => void>>();

function stopsOf(signal: AbortSignal): Set<() => void> {
  const known = waiting.get(signal);
  if (known !== undefined) return known;
  const stops = new Set<() => void>();
  waiting.set(signal, stops);
  return stops;
}

function stopAll(this: AbortSignal): void {
  const stops = stopsOf(this);
  waiting.delete(this);
  for (const stop of stops) stop();
}

/** Calls `stop` when the signal is aborted, unless the returned function has been called before. */
export function onAbort(signal: AbortSignal, stop: () => void): () => void {
  const stops = stopsOf(signal);
  if (stops.size === 0) signal.addEventListener('abort', stopAll, { once: true });
  stops.add(stop);
  return () => {
    stops.delete(stop);
    if (stops.size === 0) signal.removeEventListener('abort', stopAll);
  };
}

/** Waits for the work or for the signal. Rejects with the signal's reason, even if the work has just ended. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let forget = (): void => undefined;
  const aborted = new Promise<void>((resolve) => {
    forget = onAbort(signal, resolve);
    if (signal.aborted) resolve();
  });
  try {
    const result = await Promise.race([work, aborted]);
    signal.throwIfAborted();
    return result as T;
  } finally {
    forget();
  }
}

/** Returns the signal in the options of an operation. Throws if it is not an AbortSignal. */
export function requireSignal(options: unknown): AbortSignal | undefined {
  if (options === undefined || options === null) return undefined;
  const { signal } = ownOptions(options as { signal?: unknown });
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  throw typeError(`signal must be an AbortSignal, not ${describe(signal)}`);
}
