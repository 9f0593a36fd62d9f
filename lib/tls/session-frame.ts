// Sessions as node:tls hands them out: opaque Buffers in a frame with the identity of the server that they were
// authenticated for (CVE-2026-48934).
import { isRecord, unwrap } from '../errors.js';
import { binding } from '../internal/native/binding.js';
import type { ConnectOptions, SocketOptions, State } from './socket-state.js';

const PREFIX = Buffer.from('\0hermetic-ssl:tls:session:1\0');

type Identified = Pick<ConnectOptions, 'servername' | 'host' | 'socket'>;

/** Returns the name that a server is authenticated by. */
export function serverIdentity(options: Identified | SocketOptions | null): string {
  return options?.servername || options?.host || options?.socket?._host || 'localhost';
}

/** Returns the session in its frame. */
export function frameSession(bytes: Buffer, identity: string): Buffer {
  const name = Buffer.from(identity);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(name.length);
  return Buffer.concat([PREFIX, length, name, bytes]);
}

/** Returns the bytes in a frame for that identity; null for another identity, and for bytes without a frame. */
export function unframeSession(session: unknown, identity: string): Buffer | null {
  const framed = typeof session === 'string' ? Buffer.from(session, 'latin1') : session;
  if (!Buffer.isBuffer(framed) || framed.length < PREFIX.length + 2) return null;
  if (!framed.subarray(0, PREFIX.length).equals(PREFIX)) return null;
  const start = PREFIX.length + 2;
  const end = start + framed.readUInt16BE(PREFIX.length);
  if (framed.length < end || framed.toString('utf8', start, end) !== identity) return null;
  return framed.subarray(end);
}

/**
 * Returns the present session as bytes. They bring the verdict about the server with them. Before the first ticket of TLS 1.3
 * they are those of a session that cannot be resumed.
 */
export function storedSession({ connection, session }: State): Buffer | null {
  const handle = connection?.session ?? null;
  if (handle === null) return null;
  const bytes = binding.sessionSerialize(handle);
  if (!isRecord(bytes)) return bytes;
  // A session that was resumed without a new ticket is what it was.
  const resumed = connection?.isResumed === true ? session : null;
  return resumed ?? unwrap(binding.sessionToDer(handle));
}
