// What is told after a step: OpenSSL's callbacks only queue it, since nothing of ours runs inside OpenSSL.
import { isRecord } from '../../errors.js';
import { binding, type ConnectionHandle } from '../../internal/native/binding.js';
import type { SSLContext } from '../context.js';
import type { SSLPeer } from '../callbacks.js';

/**
 * Is told of a protocol message that went or came: handshake messages, alerts, change_cipher_spec and, with content types
 * from 256 on, OpenSSL's own records of their headers. `version`, `contentType` and `messageType` are the numbers of the
 * TLS registries; -1 where a message has no type. What it throws comes out of the operation on the connection.
 */
export type MsgCallback = (
  peer: SSLPeer,
  direction: 'read' | 'write',
  version: number,
  contentType: number,
  messageType: number,
  data: Buffer,
) => void;

/** The connection that a report is about. */
export interface Reporter {
  readonly handle: ConnectionHandle;
  /** The present one: what a callback has switched to. */
  readonly context: SSLContext;
  readonly peer: SSLPeer;
  /** Whether the context had a callback when the connection was made. */
  readonly keepsMessages: boolean;
}

function logKeys({ handle, context: { keyLog } }: Reporter): void {
  if (keyLog === null) return;
  const lines = binding.connectionTakeKeyLog(handle);
  if (lines !== null && !isRecord(lines)) keyLog.append(lines);
}

function tellMessages({ handle, context, peer, keepsMessages }: Reporter): void {
  if (!keepsMessages) return;
  const messages = binding.connectionTakeMessages(handle);
  if (isRecord(messages)) return;
  for (const { isSent, version, contentType, messageType, bytes } of messages) {
    const direction = isSent ? 'write' : 'read';
    context.msgCallback?.(peer, direction, version, contentType, messageType, bytes);
  }
}

/** Tells what a step has left to tell. @returns what failed meanwhile, or null */
export function report(reporter: Reporter): { readonly error: unknown } | null {
  try {
    logKeys(reporter);
    tellMessages(reporter);
    return null;
  } catch (error) {
    return { error };
  }
}
