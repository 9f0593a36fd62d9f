// passlib's pbkdf2_sha1, pbkdf2_sha256 and pbkdf2_sha512: `$pbkdf2-sha256$29000$<salt>$<hash>`, and `$pbkdf2$` for SHA-1.
// Salt and hash are in its "adapted base64": no padding, and '.' in place of '+', which it reads as well.
import {
  decodeCount,
  decodeUnpadded,
  encodeUnpadded,
  malformed,
  requireWholeDigest,
} from './encoding.js';
import type { Digest, PasswordFormat, PasswordRecord } from './record.js';

const DIGESTS: ReadonlyMap<string | undefined, Digest> = new Map([
  ['pbkdf2', 'sha1'],
  ['pbkdf2-sha256', 'sha256'],
  ['pbkdf2-sha512', 'sha512'],
]);

const decodeAdapted = (text: string, field: string) =>
  decodeUnpadded(text.replaceAll('.', '+'), 'passlib', field);

const encodeAdapted = (bytes: Parameters<typeof encodeUnpadded>[0]) =>
  encodeUnpadded(bytes).replaceAll('+', '.');

function parse(stored: string): PasswordRecord {
  const [, id, rounds, salt, hash, ...more] = stored.split('$');
  if (rounds === undefined || salt === undefined || hash === undefined || more.length > 0)
    throw malformed('passlib', 'it does not have four fields');
  const digest = DIGESTS.get(id);
  if (digest === undefined)
    throw malformed(
      'passlib',
      'it does not begin with $pbkdf2$, $pbkdf2-sha256$ or $pbkdf2-sha512$',
    );
  const record = {
    digest,
    iterations: decodeCount(rounds, 'passlib', 'number of iterations'),
    salt: decodeAdapted(salt, 'salt'),
    hash: decodeAdapted(hash, 'hash'),
  };
  requireWholeDigest(record.hash, digest, 'passlib');
  return record;
}

/** passlib 1.6 and later. */
export const passlib: PasswordFormat = {
  name: 'passlib',
  example: '$pbkdf2-sha256$29000$...',
  writes: ['sha256', 'sha512'],
  saltIsText: false,
  recognises: (stored) => stored.startsWith('$pbkdf2$') || stored.startsWith('$pbkdf2-'),
  parse,
  render: ({ digest, iterations, salt, hash }) =>
    `$pbkdf2-${digest}$${iterations}$${encodeAdapted(salt)}$${encodeAdapted(hash)}`,
};
