// The sources of hashlib.fileDigest: each kind as a series of chunks.
import { Buffer } from 'node:buffer';
import { read } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';

import { valueError } from '../errors.js';
import { describe, isBytes } from '../internal/validate.js';

/** A path, as node:fs takes it, including a Buffer. */
export type PathSource = string | Buffer | URL;

/** A stream of the web, of any library's types. */
export interface WebStream {
  /** Locks the stream and returns its reader (ReadableStream.getReader). */
  getReader(): {
    read(): Promise<{ done: boolean; value?: unknown }>;
    cancel(reason?: unknown): Promise<unknown>;
    releaseLock(): void;
  };
}

/**
 * A source for `fileDigest`: a file by its path, its FileHandle or its descriptor, a Readable of node:stream or any other
 * async iterable of bytes, a ReadableStream of the web, or a Blob.
 */
export type FileSource =
  | PathSource
  | FileHandle
  | number
  | AsyncIterable<unknown>
  | WebStream
  | { stream(): WebStream };

/** Reads a source's chunks one after the other. */
export interface Reader {
  /** The next chunk, or undefined at the end. It is valid until the next call. */
  next(): Promise<unknown>;
  /** Ends the reading, even before the end of the source. It does not wait for a read that is under way. */
  release(isAtEnd: boolean, reason?: unknown): Promise<void> | void;
}

/** Python's size: large enough that the number of calls does not matter. */
export const CHUNK_LENGTH = 2 ** 18;

/** Makes the error for a source that does not yield bytes (Python: ValueError). */
export function notBinary(source: unknown): Error {
  const hint = isBytes(source) ? '; hash bytes with new(name, data)' : '';
  const what = `${describe(source)} is not a file-like object in binary reading mode`;
  return valueError(`${what}${hint}`);
}

/** Returns whether the value is a path. */
export function isPath(value: unknown): value is PathSource {
  return typeof value === 'string' || Buffer.isBuffer(value) || value instanceof URL;
}

/** Returns whether the value can be a descriptor. */
export function isDescriptor(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 31;
}

// Ignores errors of a source that is no longer needed.
const ignore = (): void => undefined;

/** Reads into one buffer, from the present position as Python's file objects do. */
function chunked(
  readInto: (chunk: Buffer) => Promise<{ bytesRead: number }>,
  release: Reader['release'],
): Reader {
  const chunk = Buffer.allocUnsafeSlow(CHUNK_LENGTH);
  const next = async (): Promise<Buffer | undefined> => {
    const { bytesRead } = await readInto(chunk);
    return bytesRead === 0 ? undefined : chunk.subarray(0, bytesRead);
  };
  return { next, release };
}

function readHandle(handle: FileHandle, release: Reader['release']): Reader {
  return chunked((chunk) => handle.read(chunk, 0, chunk.length, null), release);
}

async function readPath(path: PathSource): Promise<Reader> {
  const handle = await open(path, 'r');
  return readHandle(handle, async (isAtEnd) => {
    // It waits for a read that is under way, which may take forever.
    const closed = handle.close();
    if (isAtEnd) await closed;
    else closed.catch(ignore);
  });
}

const readSome = promisify(read);

function readDescriptor(fd: number): Reader {
  return chunked((chunk) => readSome(fd, chunk, 0, chunk.length, null), ignore);
}

function readWebStream(stream: WebStream): Reader {
  const reader = stream.getReader();
  return {
    async next() {
      const { done, value } = await reader.read();
      return done ? undefined : value;
    },
    release(isAtEnd, reason) {
      if (isAtEnd) reader.releaseLock();
      else reader.cancel(reason).catch(ignore);
    },
  };
}

interface Iterable extends AsyncIterable<unknown> {
  destroy?(): unknown;
}

function readIterable(source: Iterable): Reader {
  const iterator = source[Symbol.asyncIterator]();
  return {
    async next() {
      const { done, value } = (await iterator.next()) as { done?: boolean; value: unknown };
      return done === true ? undefined : value;
    },
    release(isAtEnd) {
      if (isAtEnd) return;
      // A Readable's iterator would wait for the read that is under way.
      if (source.destroy !== undefined) source.destroy();
      else iterator.return?.().then(ignore, ignore);
    },
  };
}

const has = (value: object, name: PropertyKey): boolean =>
  typeof Reflect.get(value, name) === 'function';

function isHandle(value: object): value is FileHandle {
  return has(value, 'read') && has(value, 'stat') && typeof Reflect.get(value, 'fd') === 'number';
}

/** Begins to read a source. Throws for anything else; rejects when a file cannot be opened. */
export async function openSource(source: unknown): Promise<Reader> {
  if (isPath(source)) return readPath(source);
  if (isDescriptor(source)) return readDescriptor(source);
  if (typeof source !== 'object' || source === null) throw notBinary(source);
  if (isHandle(source)) return readHandle(source, ignore);
  if (has(source, 'getReader')) return readWebStream(source as WebStream);
  if (has(source, Symbol.asyncIterator)) return readIterable(source as Iterable);
  if (source instanceof Blob) return readWebStream(source.stream());
  throw notBinary(source);
}
