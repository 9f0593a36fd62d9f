/** Waiting for streams, events and conditions, always with a limit, so that a broken peer fails a test by name. */
import { once } from 'node:events';
import type { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { limit } from './time-limit.js';

export interface WaitOptions {
  readonly timeout?: number | undefined;
  /** The name of the awaited event in the error. */
  readonly what?: string | undefined;
}

const TIMEOUT = 10_000;

/** Rejects when `promise` takes longer than the limit, which this processor stretches; the promise itself goes on. */
export async function withTimeout<T>(
  promise: Promise<T>,
  { timeout = TIMEOUT, what = 'the operation' }: WaitOptions = {},
): Promise<T> {
  const abort = new AbortController();
  const late = sleep(limit(timeout), undefined, { signal: abort.signal }).then((): never => {
    throw new Error(`timed out after ${limit(timeout)} ms waiting for ${what}`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    late.catch(() => undefined);
    abort.abort();
  }
}

/** All bytes of a stream up to its end. */
export function collect(
  stream: AsyncIterable<Uint8Array | string>,
  options?: WaitOptions,
): Promise<Buffer> {
  return withTimeout(drain(stream), { what: 'the end of a stream', ...options });
}

async function drain(stream: AsyncIterable<Uint8Array | string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

/** The arguments of the next `event`; rejects on 'error', and after the limit. */
export async function nextEvent(
  emitter: EventEmitter,
  event: string,
  options: WaitOptions = {},
): Promise<unknown[]> {
  const { timeout = TIMEOUT, what = `'${event}'` } = options;
  const abort = new AbortController();
  try {
    return await withTimeout(once(emitter, event, { signal: abort.signal }), { timeout, what });
  } finally {
    abort.abort();
  }
}

/** Asks again and again until `probe` returns something other than undefined, null or false. */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  options: WaitOptions = {},
): Promise<NonNullable<T>> {
  const { timeout = TIMEOUT, what = 'a condition' } = options;
  const deadline = performance.now() + limit(timeout);
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== null && value !== false) return value;
    if (performance.now() > deadline)
      throw new Error(`timed out after ${limit(timeout)} ms waiting for ${what}`);
    await sleep(10);
  }
}
