// The streams of this environment over descriptors of sockets (native/napi/tls_stream.cc): whether there can be any, which
// ones there are, and what has changed in a turn of the event loop.
import { binding } from '../../internal/native/binding.js';

/** A stream, as the addon's changes concern it. */
export interface Changeable {
  /** @param error errno of sending what was waiting; 0 without an error */
  onChange(flags: number, error: number): void;
}

/** The flags of a change (native/napi/stream_host.cc). */
export const Change = { MAY_RECEIVE: 1, HAS_SENT: 2, IS_DRAINED: 4, HAS_ENDED: 8 } as const;
const FIELDS = 3;

/** Loops other than that of Node itself do not call libuv's functions, or end the process. */
const isNode =
  process.platform === 'linux' &&
  !('Deno' in globalThis) &&
  ['bun', 'electron'].every((name) => process.versions[name] === undefined);

/**
 * Whether TLS sockets can receive and send over the descriptor of a net.Socket, without its streams: on Linux, in Node. See
 * `SSLSocket.transportKind`.
 */
export const HAS_NATIVE_TRANSPORT: boolean = isNode && binding.streamsAreSupported();

/** Whether they do. HERMETIC_SSL_TRANSPORT=duplex turns it off for all sockets of the process. */
export const USES_NATIVE_TRANSPORT: boolean =
  HAS_NATIVE_TRANSPORT && process.env['HERMETIC_SSL_TRANSPORT'] !== 'duplex';

const streams: (Changeable | undefined)[] = [];
let numHolding = 0;
let changes: Int32Array | null = null;

/** Reports a change to its stream. */
function takeChange(index: number): void {
  const at = index * FIELDS;
  streams[changes![at]!]?.onChange(changes![at + 1]!, changes![at + 2]!);
}

/** Returns the number of a new stream over the descriptor; null if there cannot be one. */
export function addStream(descriptor: number, stream: Changeable): number | null {
  changes ??= binding.takeStreamChanges(takeChange);
  const number = binding.streamOpen(descriptor);
  if (typeof number !== 'number') return null;
  streams[number] = stream;
  return number;
}

/** Removes a stream. Returns what was waiting to be sent. */
export function removeStream(number: number): Buffer | null {
  streams[number] = undefined;
  return binding.streamClose(number);
}

/** Counts the streams that keep the process alive. */
export function hold(step: 1 | -1): void {
  const held = numHolding > 0;
  numHolding += step;
  if (held !== numHolding > 0) binding.streamsHold(numHolding > 0);
}
