// fileDigest for lib/hashlib.ts: hashes a source chunk by chunk, in memory that does not depend on its size.
import { Buffer } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';

import { typeError } from '../errors.js';
import { requireSignal, unlessAborted } from '../internal/abort.js';
import type { Bytes } from '../internal/native/binding.js';
import type { PathSource, Reader } from './file-source.js';
import { CHUNK_LENGTH, isDescriptor, isPath, notBinary, openSource } from './file-source.js';
import { describe, isBytes } from '../internal/validate.js';

/** Options of `fileDigest`. */
export interface FileDigestOptions {
  /** Ends the reading: the promise rejects with the signal's reason, and a stream is destroyed. */
  signal?: AbortSignal | undefined;
}

/** The result of a digest's function: a Hash, an HMAC, or anything else with this method. */
export interface Updatable {
  /** Takes every chunk of the source in turn; its return value is ignored. */
  update(data: Bytes): unknown;
}

function isFunction(value: unknown): value is () => unknown {
  return typeof value === 'function';
}

/** Starts the requested digest; `byName` looks up a name. */
export function startDigest(digest: unknown, byName: (name: string) => Updatable): Updatable {
  if (typeof digest === 'string') return byName(digest);
  if (!isFunction(digest))
    throw typeError(
      `digest must be a name or a function that starts a hash, not ${describe(digest)}`,
    );
  const started = digest();
  if (typeof started === 'object' && started !== null && 'update' in started)
    return started as Updatable;
  throw typeError(`digest must give a hash with an update method, not ${describe(started)}`);
}

async function readAll(
  source: unknown,
  reader: Reader,
  hash: Updatable,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    // The listener is removed each time, because the signal may live long.
    const chunk = await (signal === undefined
      ? reader.next()
      : unlessAborted(reader.next(), signal));
    if (chunk === undefined) return;
    if (!isBytes(chunk)) throw notBinary(source);
    hash.update(chunk);
  }
}

/** See `fileDigest` in lib/hashlib.ts. */
export async function digestSource(
  source: unknown,
  hash: Updatable,
  options: unknown,
): Promise<void> {
  const signal = requireSignal(options);
  signal?.throwIfAborted();
  const reader = await openSource(source);
  try {
    await readAll(source, reader, hash, signal);
  } catch (error) {
    await reader.release(false, error);
    throw error;
  }
  await reader.release(true);
}

function readDescriptor(fd: number, hash: Updatable): void {
  const chunk = Buffer.allocUnsafeSlow(CHUNK_LENGTH);
  for (;;) {
    const length = readSync(fd, chunk, 0, chunk.length, null);
    if (length === 0) return;
    hash.update(chunk.subarray(0, length));
  }
}

function readPath(path: PathSource, hash: Updatable): void {
  const fd = openSync(path, 'r');
  try {
    readDescriptor(fd, hash);
  } finally {
    closeSync(fd);
  }
}

/** See `fileDigestSync` in lib/hashlib.ts. */
export function digestFileHere(source: unknown, hash: Updatable): void {
  if (isPath(source)) readPath(source, hash);
  else if (isDescriptor(source)) readDescriptor(source, hash);
  else throw notBinary(source);
}
