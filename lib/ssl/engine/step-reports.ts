// Calls the reporting callbacks after a step. OpenSSL's callbacks only queue the data, since no JavaScript may run inside
// them.
import { isRecord } from '../../errors.js';
import {
  binding,
  type ConnectionHandle,
  type ProtocolMessage,
} from '../../internal/native/binding.js';
import type { CallbackPeer, ConnectionContext } from './context.js';

/** The connection of a report. */
export interface Reporter {
  readonly handle: ConnectionHandle;
  /** The current context, after a switch by a callback. */
  readonly context: ConnectionContext;
  readonly peer: CallbackPeer;
  /** Whether the context had a callback when the connection was created. */
  readonly keepsMessages: boolean;
  /** Takes the lines of a key log; null if nothing logs keys. */
  readonly takeKeys: ((lines: Buffer) => void) | null;
  /** Takes the messages of this connection; null if only the context's callback does. */
  readonly takeMessages: ((messages: readonly ProtocolMessage[]) => void) | null;
}

function logKeys({ handle, takeKeys }: Reporter): void {
  if (takeKeys === null) return;
  const lines = binding.connectionTakeKeyLog(handle);
  if (lines !== null && !isRecord(lines)) takeKeys(lines);
}

function tellMessages({ handle, context, peer, keepsMessages, takeMessages }: Reporter): void {
  if (!keepsMessages && takeMessages === null) return;
  const messages = binding.connectionTakeMessages(handle);
  if (isRecord(messages)) return;
  takeMessages?.(messages);
  for (const { isSent, version, contentType, messageType, bytes } of messages) {
    const direction = isSent ? 'write' : 'read';
    context.msgCallback?.(peer, direction, version, contentType, messageType, bytes);
  }
}

/** Logs the keys and messages of a step. @returns the error of a callback or of the key log, or null */
export function report(reporter: Reporter): { readonly error: unknown } | null {
  try {
    logKeys(reporter);
    tellMessages(reporter);
    return null;
  } catch (error) {
    return { error };
  }
}
