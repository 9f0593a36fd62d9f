// The types of a stored password string's content, independent of its format, and of a format.
import type { Buffer } from 'node:buffer';

/** A digest that the formats support, by its name in hashlib. */
export type Digest = 'sha1' | 'sha256' | 'sha512';

/** The formats of stored strings. */
export type Format = 'phc' | 'passlib' | 'django' | 'werkzeug' | 'aspnet';

/** Length in bytes of each digest. */
export const DIGEST_SIZES: Readonly<Record<Digest, number>> = { sha1: 20, sha256: 32, sha512: 64 };

/** Returns the digest of an untrusted name, or undefined. */
export function digestNamed(name: string | undefined): Digest | undefined {
  return (['sha1', 'sha256', 'sha512'] as const).find((digest) => digest === name);
}

/** The content of a stored string. */
export interface PasswordRecord {
  readonly digest: Digest;
  /** At least 1. */
  readonly iterations: number;
  /** The salt for PBKDF2: in formats whose salt is text, that text in UTF-8. */
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** One way to write a record. Adding one is a file like its siblings and a line in formats.ts. */
export interface PasswordFormat {
  readonly name: Format;
  /** The form of its strings, for messages. */
  readonly example: string;
  /** The digests that other programs also read, so that new strings may use them. */
  readonly writes: readonly Digest[];
  /** Whether the salt is text: a new one is hexadecimal digits, which hold 4 bits each. */
  readonly saltIsText: boolean;
  /** Returns whether the string claims this format, even if it is malformed. */
  recognises(stored: string): boolean;
  /**
   * Reads a string that it recognises. It does not check the sizes that formats.ts checks for every format.
   * @throws PasswordFormatError when it is malformed.
   */
  parse(stored: string): PasswordRecord;
  render(record: PasswordRecord): string;
}
