// What a stored password string says, whatever its format, and what a format is.
import type { Buffer } from 'node:buffer';

/** A digest that the formats know, by its name in hashlib. */
export type Digest = 'sha1' | 'sha256' | 'sha512';

/** The formats of stored strings. */
export type Format = 'phc' | 'passlib' | 'django' | 'werkzeug' | 'aspnet';

/** Length in bytes of each digest. */
export const DIGEST_SIZES: Readonly<Record<Digest, number>> = { sha1: 20, sha256: 32, sha512: 64 };

/** The digest of a name that a stranger wrote, or undefined. */
export function digestNamed(name: string | undefined): Digest | undefined {
  return (['sha1', 'sha256', 'sha512'] as const).find((digest) => digest === name);
}

/** The content of a stored string. */
export interface PasswordRecord {
  readonly digest: Digest;
  /** At least 1. */
  readonly iterations: number;
  /** What PBKDF2 gets: in formats whose salt is text, that text in UTF-8. */
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** One way to write a record. Adding one is a file like its siblings and a line in formats.ts. */
export interface PasswordFormat {
  readonly name: Format;
  /** How its strings look, for messages. */
  readonly example: string;
  /** The digests that its other readers know too, so that new strings may have them. */
  readonly writes: readonly Digest[];
  /** Whether the salt is text: a new one is hexadecimal digits, which hold 4 bits each. */
  readonly saltIsText: boolean;
  /** Whether the string means to be in this format, whether or not it is well formed. */
  recognises(stored: string): boolean;
  /**
   * Reads a string that it recognises. Sizes that formats.ts checks for all are not checked here.
   * @throws PasswordFormatError when it is malformed.
   */
  parse(stored: string): PasswordRecord;
  render(record: PasswordRecord): string;
}
