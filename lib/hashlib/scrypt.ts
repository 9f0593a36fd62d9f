// scrypt for lib/hashlib.ts: types are checked here, numbers in native/kdf/scrypt.cc.
import type { Buffer } from 'node:buffer';

import { typeError, unwrap } from '../errors.js';
import { requireSignal } from '../internal/abort.js';
import type { Bytes, ScryptCost } from '../internal/native/binding.js';
import { binding } from '../internal/native/binding.js';
import { derive } from './derivation.js';
import { toSafeInteger } from '../internal/integer.js';
import { allocate } from '../internal/memory.js';
import { ownOptions, requireBytes, requireIntegerWithin } from '../internal/validate.js';

/** Options of `scryptSync`: Python's keyword arguments. */
export interface ScryptSyncOptions {
  /** The salt; may be empty, should be 16 random bytes or more. */
  salt: Bytes;
  /** Cost of processor and memory: a power of 2 greater than 1. */
  n: number;
  /** Size of a block, in units of 128 bytes; 8 is usual. */
  r: number;
  /** The number of repetitions of the work, which run one after the other. */
  p: number;
  /**
   * Bytes of memory that the derivation may use, 1 to 2^31-1; about 128 * n * r are needed. 0 or left out for 32 MiB,
   * which n = 2^14 with r = 8 stays below.
   */
  maxmem?: number | undefined;
  /** Length of the key in bytes, 1 to 2^31-1; 64 when left out. */
  dklen?: number | undefined;
}

/** Options of `scrypt`. */
export interface ScryptOptions extends ScryptSyncOptions {
  /** Cancels a derivation that has not begun: see `scrypt`. */
  signal?: AbortSignal | undefined;
}

const SYNC_NAMES = ['salt', 'n', 'r', 'p', 'maxmem', 'dklen'];
const COST = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] as const;
const DEFAULT_DKLEN = 64;

interface Request {
  password: Bytes;
  salt: Bytes;
  cost: ScryptCost;
  out: Buffer;
}

function requireNames(options: object, names: readonly string[]): void {
  for (const name of ['salt', 'n', 'r', 'p']) {
    if (Reflect.get(options, name) === undefined) throw typeError(`${name} is required`);
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw typeError(`unknown option '${unknown}'; the options are ${names.join(', ')}`);
}

function check(password: unknown, options: unknown, names: readonly string[]): Request {
  requireBytes(password, 'password');
  const given = ownOptions(options as ScryptSyncOptions);
  requireNames(given, names);
  const { salt, n, r, p, maxmem = 0, dklen = DEFAULT_DKLEN } = given;
  requireBytes(salt, 'salt');
  requireIntegerWithin(n, 'n', COST);
  requireIntegerWithin(r, 'r', COST);
  requireIntegerWithin(p, 'p', COST);
  const cost = [n, r, p, toSafeInteger(maxmem, 'maxmem')] as const;
  const length = toSafeInteger(dklen, 'dklen');
  unwrap(binding.scryptCheck(...cost, length));
  return { password, salt, cost, out: allocate(length, 'dklen') };
}

/** See `scrypt` in lib/hashlib.ts. */
export async function scryptOnPool(password: unknown, options: unknown): Promise<Buffer> {
  const request = check(password, options, [...SYNC_NAMES, 'signal']);
  const { salt, cost, out } = request;
  await derive(
    (cancellation) => unwrap(binding.scrypt(request.password, salt, ...cost, out, cancellation)),
    requireSignal(options),
  );
  return out;
}

/** See `scryptSync` in lib/hashlib.ts. */
export function scryptHere(password: unknown, options: unknown): Buffer {
  const request = check(password, options, SYNC_NAMES);
  const { salt, cost, out } = request;
  unwrap(binding.scryptSync(request.password, salt, ...cost, out));
  return out;
}
