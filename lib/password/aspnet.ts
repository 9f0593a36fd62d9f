// ASP.NET Core Identity's PasswordHasher, version 3: base64 of
//
//   0x01 | PRF, 4 bytes | iterations, 4 bytes | length of the salt, 4 bytes | salt | hash
//
// with numbers big-endian and the PRF 0, 1 or 2 for HMAC with SHA-1, SHA-256 or SHA-512
// (dotnet/aspnetcore, src/Identity/Extensions.Core/src/PasswordHasher.cs).
import { Buffer } from 'node:buffer';

import { decodeBase64, malformed } from './encoding.js';
import type { Digest, PasswordFormat, PasswordRecord } from './record.js';

const VERSION = 1;
const HEADER_LENGTH = 13;
const DIGESTS: readonly Digest[] = ['sha1', 'sha256', 'sha512'];

function parse(stored: string): PasswordRecord {
  const bytes = decodeBase64(stored, 'aspnet', 'string');
  if (bytes.length < HEADER_LENGTH) throw malformed('aspnet', 'it ends within its header');
  const digest = DIGESTS[bytes.readUInt32BE(1)];
  if (digest === undefined) throw malformed('aspnet', 'the PRF is not SHA-1, SHA-256 or SHA-512');
  const iterations = bytes.readUInt32BE(5);
  if (iterations === 0) throw malformed('aspnet', 'the number of iterations is 0');
  const hashStart = HEADER_LENGTH + bytes.readUInt32BE(9);
  if (hashStart > bytes.length) throw malformed('aspnet', 'it ends within its salt');
  const salt = bytes.subarray(HEADER_LENGTH, hashStart);
  return { digest, iterations, salt, hash: bytes.subarray(hashStart) };
}

function render({ digest, iterations, salt, hash }: PasswordRecord): string {
  const header = Buffer.alloc(HEADER_LENGTH);
  header.writeUInt8(VERSION, 0);
  header.writeUInt32BE(DIGESTS.indexOf(digest), 1);
  header.writeUInt32BE(iterations, 5);
  header.writeUInt32BE(salt.length, 9);
  return Buffer.concat([header, salt, hash]).toString('base64');
}

/** ASP.NET Core Identity, all versions (Identity 3). */
export const aspnet: PasswordFormat = {
  name: 'aspnet',
  example: 'AQAAAAI... (ASP.NET Core Identity version 3)',
  writes: ['sha256', 'sha512'],
  saltIsText: false,
  // A first byte of 1 and then one of 0, which every known PRF has.
  recognises: (stored) => stored.startsWith('AQA'),
  parse,
  render,
};
