// Django's PBKDF2PasswordHasher and PBKDF2SHA1PasswordHasher: `pbkdf2_sha256$870000$<salt>$<hash>`, the salt as text, the
// hash in base64 with padding. Django itself has no hasher for SHA-512.
import {
  decodeBase64,
  decodeCount,
  encodeTextSalt,
  malformed,
  requireWholeDigest,
} from './encoding.js';
import type { Digest, PasswordFormat, PasswordRecord } from './record.js';

const DIGESTS: ReadonlyMap<string | undefined, Digest> = new Map([
  ['pbkdf2_sha1', 'sha1'],
  ['pbkdf2_sha256', 'sha256'],
]);

function parse(stored: string): PasswordRecord {
  const [id, iterations, salt, hash, ...more] = stored.split('$');
  if (salt === undefined || hash === undefined || more.length > 0)
    throw malformed('django', 'it does not have four fields');
  const digest = DIGESTS.get(id);
  if (digest === undefined)
    throw malformed('django', 'the hasher is neither pbkdf2_sha256 nor pbkdf2_sha1');
  const record = {
    digest,
    iterations: decodeCount(iterations, 'django', 'number of iterations'),
    salt: encodeTextSalt(salt),
    hash: decodeBase64(hash, 'django', 'hash'),
  };
  requireWholeDigest(record.hash, digest, 'django');
  return record;
}

/** Django 1.4 and later. */
export const django: PasswordFormat = {
  name: 'django',
  example: 'pbkdf2_sha256$600000$...',
  writes: ['sha256'],
  saltIsText: true,
  recognises: (stored) => stored.startsWith('pbkdf2_'),
  parse,
  render: ({ digest, iterations, salt, hash }) =>
    `pbkdf2_${digest}$${iterations}$${salt.toString('utf8')}$${hash.toString('base64')}`,
};
