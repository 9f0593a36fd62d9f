// The package's decisions about passwords, each with its reason and the date of its last review. Raising a number here
// makes `needsRehash` return true for older strings; it never makes a stored string unreadable.

/** A way to derive the hash of a new password: PBKDF2 with HMAC (RFC 8018) and this digest. */
export type Algorithm = 'pbkdf2-sha256' | 'pbkdf2-sha512';

/** The algorithm of new strings: OWASP recommends it, and every format here can hold it. */
export const DEFAULT_ALGORITHM: Algorithm = 'pbkdf2-sha256';

/**
 * Iterations of new strings. OWASP Password Storage Cheat Sheet, section PBKDF2, revision a6eb0c6a9 of 2026-06-25:
 * 600,000 for HMAC-SHA-256, 220,000 for HMAC-SHA-512, which are equally hard to attack. Reviewed 2026-11-22.
 */
export const DEFAULT_ITERATIONS: Readonly<Record<Algorithm, number>> = {
  'pbkdf2-sha256': 600_000,
  'pbkdf2-sha512': 220_000,
};

/** Random bytes in a new salt: NIST SP 800-132 section 5.1 asks for 128 bits. Reviewed 2026-11-22. */
export const DEFAULT_SALT_LENGTH = 16;

/** Bounds of the salt length: below 16 bytes salts may repeat, above 64 more bytes bring no benefit. */
export const SALT_LENGTHS: readonly [least: number, most: number] = [16, 64];

/**
 * Most iterations that a stored string may ask for, unless the caller sets another limit. Sixteen times the
 * recommendation, and a few seconds of one processor: an attacker who can write to the table of users must not be able to
 * occupy the server for an hour at each login. Reviewed 2026-11-22.
 */
export const DEFAULT_MAX_ITERATIONS = 10_000_000;

/** The highest possible number of iterations (a C int, as in Python). */
export const LARGEST_MAX_ITERATIONS = 2 ** 31 - 1;

/** Most characters of a stored string; the longest that the other limits allow is far shorter. */
export const MAX_STORED_LENGTH = 4096;

/** Most bytes of a stored salt, as in passlib. */
export const MAX_SALT_LENGTH = 1024;

/**
 * Bytes of a stored hash. A shorter one would accept many wrong guesses (ASP.NET Core Identity refuses it too); a longer
 * one than the longest digest adds work and no security.
 */
export const HASH_LENGTHS: readonly [least: number, most: number] = [16, 64];
