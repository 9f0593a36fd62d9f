// The options of the functions in lib/hashlib.ts. A misspelt option is an error, as a misspelt keyword is in Python: a
// key or a salt that is silently ignored would give a digest that protects nothing.
import { notImplementedError, typeError } from '../errors.js';
import type { Bytes } from './binding.js';
import { toSafeInteger } from './integer.js';
import { requireBoolean, requireBytes, requireOptions } from './validate.js';

/** Options of every hash. */
export interface HashOptions {
  /** False says that the digest protects nothing. Accepted for Python's sake; no algorithm is refused here. */
  usedforsecurity?: boolean | undefined;
}

/** Options of `blake2b` and `blake2s` (RFC 7693). */
export interface Blake2Options extends HashOptions {
  /** Length of the digest in bytes: 1 to 64 for blake2b, 1 to 32 for blake2s. */
  digestSize?: number | undefined;
  /** Not implemented yet unless empty. */
  key?: Bytes | undefined;
  /** Not implemented yet unless empty. */
  salt?: Bytes | undefined;
  /** Not implemented yet unless empty. */
  person?: Bytes | undefined;
}

const BLAKE2_BYTES = ['key', 'salt', 'person'];
// Python's values for hashing that is not a tree.
const BLAKE2_TREE: Readonly<Record<string, unknown>> = {
  fanout: 1,
  depth: 1,
  leafSize: 0,
  nodeOffset: 0,
  nodeDepth: 0,
  innerSize: 0,
  lastNode: false,
};

// The check, with a type by which options can be looked up.
function requireRecord(options: unknown): asserts options is Record<string, unknown> {
  requireOptions(options);
}

function refuseUnknown(options: Record<string, unknown>, names: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw typeError(`unknown option '${unknown}'; the options are ${names.join(', ')}`);
}

function checkUsedForSecurity(options: Record<string, unknown>): void {
  const value = options['usedforsecurity'];
  if (value !== undefined) requireBoolean(value, 'usedforsecurity');
}

/** Checks the options of a hash that has none of its own. */
export function checkHashOptions(options: unknown): void {
  if (options === undefined || options === null) return;
  requireRecord(options);
  refuseUnknown(options, ['usedforsecurity']);
  checkUsedForSecurity(options);
}

function refuse(name: string): never {
  throw notImplementedError(
    `BLAKE2 with the option '${name}' is not implemented: OpenSSL's plain BLAKE2 can only be shortened (digestSize)`,
  );
}

function refuseKeyed(options: Record<string, unknown>): void {
  for (const name of BLAKE2_BYTES) {
    const value = options[name];
    if (value === undefined) continue;
    requireBytes(value, name);
    if (value.byteLength > 0) refuse(name);
  }
}

/** Checks the options of BLAKE2 and gives the length of the digest that they ask for. */
export function checkBlake2Options(options: unknown): number | undefined {
  if (options === undefined || options === null) return undefined;
  requireRecord(options);
  refuseUnknown(options, [
    'digestSize',
    ...BLAKE2_BYTES,
    ...Object.keys(BLAKE2_TREE),
    'usedforsecurity',
  ]);
  checkUsedForSecurity(options);
  refuseKeyed(options);
  for (const [name, sequential] of Object.entries(BLAKE2_TREE)) {
    if (options[name] !== undefined && options[name] !== sequential) refuse(name);
  }
  const { digestSize } = options;
  if (digestSize === undefined) return undefined;
  return toSafeInteger(digestSize, 'digestSize');
}
