// PBKDF2 for lib/hashlib.ts: types are checked here, numbers in native/kdf, which also does the work.
import type { Buffer } from 'node:buffer';

import { unwrap } from '../errors.js';
import { requireSignal } from '../internal/abort.js';
import type { Bytes, CancellationHandle, Native } from '../internal/native/binding.js';
import { binding } from '../internal/native/binding.js';
import { derive } from './derivation.js';
import { algorithm } from './hash.js';
import { toSafeInteger } from '../internal/integer.js';
import { allocate } from '../internal/memory.js';
import { prepareEngines, tellNotices } from './pbkdf2-engines.js';
import { requireBytes } from '../internal/validate.js';

/** Options of `pbkdf2Hmac`. */
export interface Pbkdf2Options {
  /** Cancels a waiting or running derivation: the promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** The arguments that both forms share, unchecked. */
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

/** Starts the work. The promise resolves to undefined or to the record of an error. */
function start(request: Request, cancellation?: CancellationHandle): Promise<Native<undefined>> {
  const { name, password, salt, iterations, out } = request;
  return unwrap(binding.pbkdf2(name, password, salt, iterations, out, cancellation));
}

/** See `pbkdf2Hmac` in lib/hashlib.ts. */
export async function deriveOnPool(args: Pbkdf2Arguments, options: unknown): Promise<Buffer> {
  const request = check(args);
  await derive((cancellation) => start(request, cancellation), requireSignal(options));
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
