// The options of lib/password.ts, checked and completed. A misspelt option is an error, as in hashlib: a policy that is
// silently ignored protects nothing.
import { typeError, valueError } from '../errors.js';
import { describe, ownOptions, requireIntegerWithin } from '../internal/validate.js';
import type { Algorithm } from './defaults.js';
import {
  DEFAULT_ALGORITHM,
  DEFAULT_ITERATIONS,
  DEFAULT_MAX_ITERATIONS,
  DEFAULT_SALT_LENGTH,
  LARGEST_MAX_ITERATIONS,
  SALT_LENGTHS,
} from './defaults.js';
import { FORMAT_NAMES, formatNamed } from './formats.js';
import type { Digest, Format, PasswordFormat } from './record.js';

/** The rules for stored strings: `hash` follows them, and `needsRehash` compares with them. */
export interface Policy {
  /** `'phc'` unless another program has to read the strings. */
  format?: Format | undefined;
  /** `'pbkdf2-sha256'` by default; Django supports no other. */
  algorithm?: Algorithm | undefined;
  /** Iterations of PBKDF2: OWASP's figure for the algorithm by default. At least 1, and no more than `maxIterations`. */
  iterations?: number | undefined;
  /** Random bytes in the salt: 16 to 64, 16 by default. A text format writes each as two hexadecimal digits. */
  saltLength?: number | undefined;
  /** Most iterations that a stored string may ask for: 1 to 2^31-1, 10,000,000 by default. */
  maxIterations?: number | undefined;
}

/** Options of `hash`. */
export interface HashOptions extends Policy {
  /** Cancels the derivation: the promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Options of `verify`. */
export interface VerifyOptions {
  /** Most iterations that the stored string may ask for: 1 to 2^31-1, 10,000,000 by default. */
  maxIterations?: number | undefined;
  /** Cancels the derivation: the promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** A complete policy. */
export interface CheckedPolicy {
  readonly format: PasswordFormat;
  readonly digest: Digest;
  readonly iterations: number;
  readonly saltLength: number;
  readonly maxIterations: number;
}

const POLICY_NAMES = ['format', 'algorithm', 'iterations', 'saltLength', 'maxIterations'];

const DIGESTS: Readonly<Record<Algorithm, Digest>> = {
  'pbkdf2-sha256': 'sha256',
  'pbkdf2-sha512': 'sha512',
};

function requireKnown(options: unknown, names: readonly string[]): Record<string, unknown> {
  if (options === undefined || options === null) return ownOptions({});
  // The value is not shown: with arguments in the wrong order it is a password.
  if (typeof options !== 'object')
    throw typeError(`options must be an object, not ${describe(options)}`);
  const own = ownOptions(options as Record<string, unknown>);
  const unknown = Object.keys(own).find((name) => !names.includes(name));
  if (unknown === undefined) return own;
  throw typeError(`unknown option '${unknown}'; the options are ${names.join(', ')}`);
}

function checkMaxIterations(value: unknown = DEFAULT_MAX_ITERATIONS): number {
  requireIntegerWithin(value, 'maxIterations', [1, LARGEST_MAX_ITERATIONS]);
  return value;
}

function notOneOf(name: string, values: readonly string[], value: unknown): Error {
  const expected = `${name} must be ${values.map((each) => `'${each}'`).join(' or ')}`;
  if (typeof value === 'string') return valueError(expected);
  return typeError(`${expected}, not ${describe(value)}`);
}

function checkAlgorithm(value: unknown = DEFAULT_ALGORITHM): Algorithm {
  const names = Object.keys(DIGESTS) as Algorithm[];
  const algorithm = names.find((name) => name === value);
  if (algorithm === undefined) throw notOneOf('algorithm', names, value);
  return algorithm;
}

function checkFormat(value: unknown = 'phc'): PasswordFormat {
  const format = formatNamed(value);
  if (format === undefined) throw notOneOf('format', FORMAT_NAMES, value);
  return format;
}

function complete(options: Record<string, unknown>): CheckedPolicy {
  const format = checkFormat(options['format']);
  const algorithm = checkAlgorithm(options['algorithm']);
  const digest = DIGESTS[algorithm];
  if (!format.writes.includes(digest))
    throw valueError(`format '${format.name}' has no algorithm '${algorithm}'`);
  const maxIterations = checkMaxIterations(options['maxIterations']);
  const { iterations = DEFAULT_ITERATIONS[algorithm], saltLength = DEFAULT_SALT_LENGTH } = options;
  requireIntegerWithin(iterations, 'iterations', [1, maxIterations]);
  requireIntegerWithin(saltLength, 'saltLength', SALT_LENGTHS);
  return { format, digest, iterations, saltLength, maxIterations };
}

/** Checks the options of `hashSync` and `needsRehash`, and fills in the defaults. */
export function checkPolicy(options: unknown): CheckedPolicy {
  return complete(requireKnown(options, POLICY_NAMES));
}

/** Checks the options of `hash`, except the signal, which its user checks. */
export function checkHashOptions(options: unknown): CheckedPolicy {
  return complete(requireKnown(options, [...POLICY_NAMES, 'signal']));
}

/** Checks the options of `verifySync` and returns the limit of iterations. */
export function checkLimits(options: unknown): number {
  return checkMaxIterations(requireKnown(options, ['maxIterations'])['maxIterations']);
}

/** Checks the options of `verify`, except the signal, and returns the limit of iterations. */
export function checkVerifyOptions(options: unknown): number {
  return checkMaxIterations(requireKnown(options, ['maxIterations', 'signal'])['maxIterations']);
}
