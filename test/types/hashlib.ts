// Types of fileDigest, BLAKE2, scrypt and secrets, also with the types of browsers.
/// <reference lib="dom" />
import fs from 'node:fs';
import { Readable } from 'node:stream';

import * as hashlib from 'hermetic-ssl/hashlib';
import * as hmac from 'hermetic-ssl/hmac';
import * as secrets from 'hermetic-ssl/secrets';

declare const browserStream: ReadableStream<Uint8Array>;

export async function digests(): Promise<(hashlib.Hash | hmac.HMAC)[]> {
  const handle = await fs.promises.open('file');
  const sources: hashlib.FileSource[] = [
    'file',
    new URL('file:///file'),
    Buffer.from('file'),
    handle,
    handle.fd,
    fs.createReadStream('file'),
    Readable.toWeb(fs.createReadStream('file')),
    browserStream,
    new Blob([]),
  ];
  const hash: hashlib.Hash = await hashlib.fileDigest('file', hashlib.blake2b);
  const code: hmac.HMAC = await hashlib.fileDigest('file', () =>
    hmac.new(Buffer.from('key'), null, 'sha256'),
  );
  const named = sources.map((source) => hashlib.fileDigest(source, 'sha256', {}));
  // @ts-expect-error: an array of bytes is not a source
  await hashlib.fileDigest([Buffer.from('a')], 'sha256');
  return [hash, code, hashlib.fileDigestSync(0, 'md5'), ...(await Promise.all(named))];
}

export async function keys(): Promise<Buffer[]> {
  const salt = secrets.tokenBytes();
  // @ts-expect-error: n has no default
  await hashlib.scrypt(salt, { salt, r: 8, p: 1 });
  return [await hashlib.scrypt(salt, { salt, n: 2, r: 8, p: 1, dklen: 9 })];
}

export const numbers: [number, bigint, number, bigint] = [
  secrets.randbelow(3),
  secrets.randbelow(3n),
  secrets.randbits(3),
  secrets.randbits(300n),
];
export const chosen: [string, number, number] = [
  secrets.choice('abc'),
  secrets.choice([1, 2]),
  secrets.choice(new Uint8Array(2)),
];
export const keyed: hashlib.Hash = hashlib.blake2s(null, { key: salted(), nodeOffset: 2n ** 40n });

function salted(): Uint8Array {
  return new Uint8Array(8);
}
