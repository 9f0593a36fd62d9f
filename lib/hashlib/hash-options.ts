// The options of the functions in lib/hashlib.ts. A misspelt option is an error, as a misspelt keyword is in Python: a
// key or a salt that is silently ignored would give a digest that protects nothing.
import { overflowError, typeError, valueError } from '../errors.js';
import type { Blake2Parameters, Bytes } from '../internal/native/binding.js';
import { toSafeInteger } from '../internal/integer.js';
import {
  ownOptions,
  requireBoolean,
  requireBytes,
  requireInt32,
  requireInteger,
} from '../internal/validate.js';

/** Options of every hash. */
export interface HashOptions {
  /** False if the digest protects nothing. Accepted for compatibility with Python; no algorithm is refused here. */
  usedforsecurity?: boolean | undefined;
}

/**
 * Options of `blake2b` and `blake2s` (RFC 7693). The last seven are for trees ("BLAKE2: simpler, smaller, fast as MD5",
 * section 2.10); by default the hash is not part of a tree.
 */
export interface Blake2Options extends HashOptions {
  /** Length of the digest in bytes: 1 to 64 for blake2b, which is the default, 1 to 32 for blake2s. */
  digestSize?: number | undefined;
  /** Makes the digest a code that proves who made it: up to 64 or 32 bytes. Empty for a hash without a key. */
  key?: Bytes | undefined;
  /** Makes the hash a different function: up to 16 or 8 bytes, padded with zeros. */
  salt?: Bytes | undefined;
  /** As `salt`; keeps the uses of one hash apart. */
  person?: Bytes | undefined;
  /** Children of a node, 0 to 255; 0 for any number. */
  fanout?: number | undefined;
  /** Depth of the tree, 1 to 255; 255 for any. */
  depth?: number | undefined;
  /** Bytes of a leaf, 0 to 2^32-1; 0 for any number. */
  leafSize?: number | undefined;
  /** Which node of its level this is: 0 to 2^64-1 for blake2b, to 2^48-1 for blake2s. */
  nodeOffset?: number | bigint | undefined;
  /** Level of the node, 0 to 255; 0 for the leaves. */
  nodeDepth?: number | undefined;
  /** Bytes of the digests within the tree, 0 to 64 or 32. */
  innerSize?: number | undefined;
  /** Whether the node is the last of its level. */
  lastNode?: boolean | undefined;
}

const BLAKE2_BYTES = ['key', 'salt', 'person'] as const;
const BLAKE2_NUMBERS = {
  fanout: 1,
  depth: 1,
  leafSize: 0,
  nodeDepth: 0,
  innerSize: 0,
} as const;
const BLAKE2_NAMES = [
  'digestSize',
  ...BLAKE2_BYTES,
  ...Object.keys(BLAKE2_NUMBERS),
  'nodeOffset',
  'lastNode',
  'usedforsecurity',
];
const NO_BYTES = new Uint8Array(0);
const LARGEST_OFFSET = 2n ** 64n - 1n;

/** The options, with a type that allows look-ups by name. */
const recordOf = (options: unknown) => ownOptions(options as Record<string, unknown>);

function refuseUnknown(options: Record<string, unknown>, names: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw typeError(`unknown option '${unknown}'; the options are ${names.join(', ')}`);
}

function checkUsedForSecurity(options: Record<string, unknown>): void {
  const value = options['usedforsecurity'];
  if (value !== undefined) requireBoolean(value, 'usedforsecurity');
}

/** Checks the options of a hash without options of its own. */
export function checkHashOptions(options: unknown): void {
  if (options === undefined || options === null) return;
  const given = recordOf(options);
  refuseUnknown(given, ['usedforsecurity']);
  checkUsedForSecurity(given);
}

function readBytes(options: Record<string, unknown>, name: string): Bytes {
  const { [name]: value = NO_BYTES } = options;
  requireBytes(value, name);
  return value;
}

function readNumber(options: Record<string, unknown>, name: keyof typeof BLAKE2_NUMBERS): number {
  const { [name]: value = BLAKE2_NUMBERS[name] } = options;
  if (name === 'leafSize') return toSafeInteger(value, name);
  requireInt32(value, name);
  return value;
}

function readDigestSize(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  requireInt32(value, 'digestSize');
  return value;
}

function readOffset(value: unknown): bigint {
  if (value === undefined) return 0n;
  if (typeof value !== 'bigint') requireInteger(value, 'nodeOffset');
  const offset = BigInt(value);
  if (offset < 0n) throw valueError("'nodeOffset' cannot be negative");
  if (offset > LARGEST_OFFSET) throw overflowError("'nodeOffset' is too large: at most 2^64-1");
  return offset;
}

function readLastNode(value: unknown = false): boolean {
  requireBoolean(value, 'lastNode');
  return value;
}

/** The options of BLAKE2. Their types have been checked, their ranges have not. */
export interface Blake2Request {
  digestSize: number | undefined;
  /** All parameters, including `digestSize`; undefined for the plain hash of that length. */
  parameters: Blake2Parameters | undefined;
}

function isPlain([, key, salt, person, ...tree]: Blake2Parameters): boolean {
  const plain = [1, 1, 0, 0n, 0, 0, false];
  return (
    [key, salt, person].every(({ byteLength }) => byteLength === 0) &&
    tree.every((value, index) => value === plain[index])
  );
}

/** Checks the types of BLAKE2's options. */
export function checkBlake2Options(options: unknown, fullSize: number): Blake2Request {
  if (options === undefined || options === null)
    return { digestSize: undefined, parameters: undefined };
  const given = recordOf(options);
  refuseUnknown(given, BLAKE2_NAMES);
  checkUsedForSecurity(given);
  const digestSize = readDigestSize(given['digestSize']);
  const parameters: Blake2Parameters = [
    digestSize ?? fullSize,
    readBytes(given, 'key'),
    readBytes(given, 'salt'),
    readBytes(given, 'person'),
    readNumber(given, 'fanout'),
    readNumber(given, 'depth'),
    readNumber(given, 'leafSize'),
    readOffset(given['nodeOffset']),
    readNumber(given, 'nodeDepth'),
    readNumber(given, 'innerSize'),
    readLastNode(given['lastNode']),
  ];
  return { digestSize, parameters: isPlain(parameters) ? undefined : parameters };
}
