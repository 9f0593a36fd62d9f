// PHC strings (github.com/P-H-C/phc-string-format): `$pbkdf2-sha256$i=600000,l=32$<salt>$<hash>`, salt and hash in
// base64 without padding. PBKDF2 has no registered parameters; these are RustCrypto's, and without `l` those of the npm
// package @phc/pbkdf2. SHA-1 is `pbkdf2` to the former and `pbkdf2-sha1` to the latter.
import { decodeCount, decodeUnpadded, encodeUnpadded, malformed } from './encoding.js';
import type { Digest, PasswordFormat, PasswordRecord } from './record.js';

const DIGESTS: ReadonlyMap<string | undefined, Digest> = new Map([
  ['pbkdf2', 'sha1'],
  ['pbkdf2-sha1', 'sha1'],
  ['pbkdf2-sha256', 'sha256'],
  ['pbkdf2-sha512', 'sha512'],
]);

interface Parameters {
  iterations: number;
  length: number | undefined;
}

function parseParameters(text: string): Parameters {
  const [iterations, length, ...more] = text.split(',');
  const isKnown = iterations?.startsWith('i=') && (length?.startsWith('l=') ?? true);
  if (!isKnown || more.length > 0)
    throw malformed('phc', 'the parameters are not i (iterations) and then, if at all, l (length)');
  return {
    iterations: decodeCount(iterations?.slice(2), 'phc', 'number of iterations'),
    length: length === undefined ? undefined : decodeCount(length.slice(2), 'phc', 'length'),
  };
}

function parse(stored: string): PasswordRecord {
  const [, id, parameters, salt, hash, ...more] = stored.split('$');
  if (parameters === undefined || salt === undefined || hash === undefined || more.length > 0)
    throw malformed('phc', 'it does not have four fields');
  const digest = DIGESTS.get(id);
  if (digest === undefined) throw malformed('phc', 'the digest is not sha1, sha256 or sha512');
  const { iterations, length } = parseParameters(parameters);
  const record = {
    digest,
    iterations,
    salt: decodeUnpadded(salt, 'phc', 'salt'),
    hash: decodeUnpadded(hash, 'phc', 'hash'),
  };
  if (length === undefined || length === record.hash.length) return record;
  throw malformed('phc', 'the hash does not have the length that the string names');
}

/** The format of new strings. */
export const phc: PasswordFormat = {
  name: 'phc',
  example: '$pbkdf2-sha256$i=600000,l=32$...',
  writes: ['sha256', 'sha512'],
  saltIsText: false,
  // passlib's strings begin the same way, and have a bare number in place of the parameters.
  recognises: (stored) =>
    stored.startsWith('$pbkdf2') && stored.split('$', 3)[2]?.includes('=') === true,
  parse,
  render: ({ digest, iterations, salt, hash }) =>
    `$pbkdf2-${digest}$i=${iterations},l=${hash.length}$${encodeUnpadded(salt)}$${encodeUnpadded(hash)}`,
};
