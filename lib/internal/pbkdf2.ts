// PBKDF2 for lib/hashlib.ts: types are checked here, numbers in native/kdf, which also does the work.
import type { Buffer } from 'node:buffer';

import { typeError, unwrap } from '../errors.js';
import { onAbort } from './abort.js';
import type { Bytes, CancellationHandle, Native } from './binding.js';
import { binding } from './binding.js';
import { algorithm } from './hash.js';
import { toSafeInteger } from './integer.js';
import { allocate } from './memory.js';
import { prepareEngines, tellNotices } from './pbkdf2-engines.js';
import { describe, requireBytes } from './validate.js';

/** Options of `pbkdf2Hmac`. */
export interface Pbkdf2Options {
  /** Cancels a waiting or running derivation: the promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** The arguments that both forms share, as users pass them. */
export type Pbkdf2Arguments = readonly [
  hashName: string,
  password: Bytes,
  salt: Bytes,
  iterations: number,
  dklen: number | null | undefined,
];

interface Request {
  name: string;
  password: Bytes;
  salt: Bytes;
  iterations: number;
  out: Buffer;
}

function check([hashName, password, salt, iterations, dklen]: Pbkdf2Arguments): Request {
  prepareEngines();
  const { name } = algorithm(hashName, 'hashName');
  requireBytes(password, 'password');
  requireBytes(salt, 'salt');
  const count = toSafeInteger(iterations, 'iterations');
  const asked = dklen === undefined || dklen === null ? undefined : toSafeInteger(dklen, 'dklen');
  const length = unwrap(binding.pbkdf2Length(name, count, asked));
  return { name, password, salt, iterations: count, out: allocate(length, 'dklen') };
}

function requireSignal(options: unknown): AbortSignal | undefined {
  if (options === undefined || options === null) return undefined;
  if (typeof options !== 'object')
    throw typeError(`options must be an object, not ${describe(options)}`);
  const { signal } = options as Pbkdf2Options;
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  throw typeError(`signal must be an AbortSignal, not ${describe(signal)}`);
}

/** Starts the work. The promise resolves to undefined or to the record of an error. */
function start(request: Request, cancellation?: CancellationHandle): Promise<Native<undefined>> {
  const { name, password, salt, iterations, out } = request;
  return unwrap(binding.pbkdf2(name, password, salt, iterations, out, cancellation));
}

/** Waits for the work or for the signal. The native job ends soon after the signal, or when its turn comes. */
async function deriveUnlessAborted(request: Request, signal: AbortSignal): Promise<void> {
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
    unwrap(await Promise.race([start(request, cancellation), aborted]));
  } finally {
    forget();
  }
  signal.throwIfAborted();
}

/** See `pbkdf2Hmac` in lib/hashlib.ts. */
export async function deriveOnPool(args: Pbkdf2Arguments, options: unknown): Promise<Buffer> {
  const request = check(args);
  const signal = requireSignal(options);
  if (signal === undefined) unwrap(await start(request));
  else await deriveUnlessAborted(request, signal);
  tellNotices(request.name);
  return request.out;
}

/** See `pbkdf2HmacSync` in lib/hashlib.ts. */
export function deriveHere(args: Pbkdf2Arguments): Buffer {
  const { name, password, salt, iterations, out } = check(args);
  unwrap(binding.pbkdf2Sync(name, password, salt, iterations, out));
  tellNotices(name);
  return out;
}
