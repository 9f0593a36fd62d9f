/** Data in both directions: sizes around a record, 8 MB with checksums, and many tiny writes. */
import { createHash, randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { meetClient, meetServer } from './support/meetings.js';
import { CLIENTS, SERVERS, skipWithout } from './support/sides.js';

const MB = 1024 * 1024;
const SIZES = [2, 16_383, 16_384, 16_385, 100_000, 8 * MB];

/** Lines, because one of the peers thinks in lines; hexadecimal, because some letters are commands to another. */
function payloadOf(size: number): Buffer {
  // A single digit would be found at the end of a line of s_client's own report.
  if (size < 16) return Buffer.from(`${'~'.repeat(size - 1)}\n`);
  const text = randomBytes(Math.ceil(size / 2))
    .toString('hex')
    .slice(0, size - 1);
  return Buffer.from(`${text.replace(/(.{63})./g, '$1\n')}\n`);
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe.for(SERVERS)('our client, $name server', (side) => {
  it.for(SIZES)('exchanges %i bytes', async (size, test) => {
    skipWithout(test, side);
    const payload = payloadOf(size);
    const { seen } = await meetServer(side, {}, { send: payload });
    expect(seen.error).toBeNull();
    expect(seen.received).toHaveLength(size);
    expect(digest(seen.received)).toBe(digest(payload));
  });

  it('exchanges 3,000 bytes in as many writes', async (test) => {
    skipWithout(test, side);
    const payload = payloadOf(3000);
    const { seen } = await meetServer(side, {}, { send: payload, pieceSize: 1 });
    expect(seen.error).toBeNull();
    expect(digest(seen.received)).toBe(digest(payload));
  });
});

describe.for(CLIENTS)('$name client, our server', (side) => {
  it.for(SIZES)('exchanges %i bytes', async (size, test) => {
    skipWithout(test, side);
    const payload = payloadOf(size);
    const { seen, served } = await meetClient(side, {}, { send: payload });
    expect(seen.error).toBeNull();
    expect(served.error).toBeNull();
    expect(seen.received).toHaveLength(size);
    expect(digest(seen.received)).toBe(digest(payload));
  });
});

/** Clients that read while they write: the others would wait for a server that waits for them. */
const READS_MEANWHILE = CLIENTS.filter(({ name }) => name === 'node:tls' || name === 'openssl');

describe.for(READS_MEANWHILE)('$name client, our server', (side) => {
  it('exchanges 8 MB through a pipe, as fast as both read', async (test) => {
    skipWithout(test, side);
    const payload = payloadOf(8 * MB);
    const { seen, served } = await meetClient(side, { behaviour: 'pipe' }, { send: payload });
    expect(served.error).toBeNull();
    expect(digest(seen.received)).toBe(digest(payload));
  });
});
