// All formats: finds the format of a stored string, and checks the limits that apply to every format.
import { PasswordFormatError, PasswordLimitError } from '../errors.js';
import { aspnet } from './aspnet.js';
import { HASH_LENGTHS, MAX_SALT_LENGTH, MAX_STORED_LENGTH } from './defaults.js';
import { django } from './django.js';
import { malformed } from './encoding.js';
import { passlib } from './passlib.js';
import { phc } from './phc.js';
import type { Format, PasswordFormat, PasswordRecord } from './record.js';
import { werkzeug } from './werkzeug.js';

// In this order: passlib recognises malformed PHC strings too.
const FORMATS: readonly PasswordFormat[] = [phc, passlib, django, werkzeug, aspnet];

/** The names of the formats. */
export const FORMAT_NAMES: readonly Format[] = FORMATS.map(({ name }) => name);

/** Returns the format of that name, or undefined. */
export function formatNamed(name: unknown): PasswordFormat | undefined {
  return FORMATS.find((format) => format.name === name);
}

/** A parsed stored string. */
export interface ParsedPassword {
  readonly format: PasswordFormat;
  readonly record: PasswordRecord;
}

function refused(format: PasswordFormat, what: string): PasswordLimitError {
  return new PasswordLimitError(`password string refused (format ${format.name}): ${what}`);
}

function checkSizes(format: PasswordFormat, { salt, hash }: PasswordRecord): void {
  const [shortest, longest] = HASH_LENGTHS;
  if (salt.length === 0) throw malformed(format.name, 'it has no salt');
  if (salt.length > MAX_SALT_LENGTH)
    throw refused(format, `the salt has ${salt.length} bytes, the limit is ${MAX_SALT_LENGTH}`);
  if (hash.length < shortest)
    throw malformed(format.name, `the hash has ${hash.length} bytes, fewer than ${shortest}`);
  if (hash.length > longest)
    throw refused(format, `the hash has ${hash.length} bytes, the limit is ${longest}`);
}

function recognise(stored: string): PasswordFormat {
  if (stored.length > MAX_STORED_LENGTH)
    throw new PasswordLimitError(
      `password string refused: it has ${stored.length} characters, the limit is ${MAX_STORED_LENGTH}`,
    );
  const format = FORMATS.find((candidate) => candidate.recognises(stored));
  if (format !== undefined) return format;
  const known = FORMATS.map(({ name, example }) => `${name} (${example})`).join(', ');
  throw new PasswordFormatError(`unsupported password string; the formats are ${known}`);
}

/**
 * Reads a stored string.
 * @throws PasswordFormatError when it is malformed or in no supported format; PasswordLimitError when it is too long or
 *   asks for more than `maxIterations`.
 */
export function parseStored(stored: string, maxIterations: number): ParsedPassword {
  const format = recognise(stored);
  // A lone surrogate has no UTF-8 form, so no other program can have made a hash with it.
  if (/\p{Surrogate}/u.test(stored)) throw malformed(format.name, 'it is not well-formed Unicode');
  const record = format.parse(stored);
  checkSizes(format, record);
  if (record.iterations <= maxIterations) return { format, record };
  throw refused(
    format,
    `it asks for ${record.iterations} iterations, the limit is ${maxIterations} (maxIterations)`,
  );
}
