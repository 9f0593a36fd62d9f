// Werkzeug's (Flask's) generate_password_hash with a method of pbkdf2: `pbkdf2:sha256:600000$<salt>$<hash>`, the salt as
// text, the hash as hexadecimal digits. Its functions always write the number of iterations; the meaning of a string
// without it would depend on the version that reads it, so such a string is refused.
import {
  decodeCount,
  decodeHex,
  encodeTextSalt,
  malformed,
  requireWholeDigest,
} from './encoding.js';
import type { PasswordFormat, PasswordRecord } from './record.js';
import { digestNamed } from './record.js';

function parse(stored: string): PasswordRecord {
  const [method = '', salt, hash, ...more] = stored.split('$');
  if (salt === undefined || hash === undefined || more.length > 0)
    throw malformed('werkzeug', 'it does not have three fields');
  const [, name, iterations, ...others] = method.split(':');
  const digest = digestNamed(name);
  if (digest === undefined) throw malformed('werkzeug', 'the digest is not sha1, sha256 or sha512');
  if (iterations === undefined || others.length > 0)
    throw malformed('werkzeug', 'the method is not pbkdf2, a digest and a number of iterations');
  const record = {
    digest,
    iterations: decodeCount(iterations, 'werkzeug', 'number of iterations'),
    salt: encodeTextSalt(salt),
    hash: decodeHex(hash, 'werkzeug', 'hash'),
  };
  requireWholeDigest(record.hash, digest, 'werkzeug');
  return record;
}

/** Werkzeug 0.9 and later. */
export const werkzeug: PasswordFormat = {
  name: 'werkzeug',
  example: 'pbkdf2:sha256:600000$...',
  writes: ['sha256', 'sha512'],
  saltIsText: true,
  recognises: (stored) => stored.startsWith('pbkdf2:'),
  parse,
  render: ({ digest, iterations, salt, hash }) =>
    `pbkdf2:${digest}:${iterations}$${salt.toString('utf8')}$${hash.toString('hex')}`,
};
