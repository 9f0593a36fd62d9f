/** Rings of keys that follow from a secret and the clock. */
import { execFileSync } from 'node:child_process';
import { hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';

import { KeyRing } from 'hermetic-ssl/fleet';
import { describe, expect, it } from 'vitest';

import { tls12, tls13, VERSIONS } from '../../helpers/contexts.js';
import { peerPath, skipUnless } from '../../helpers/peers.js';
import { PYTHON } from './python-derivation.js';
import { client, ownClock, serverWith, visit } from './support.js';

const SECRET = 'a secret of thirty-two characters';
const HOUR = 3600;
/** The start of period 1000 of twelve hours. */
const START = 1000 * 12 * HOUR;
const ring = (options: Partial<Parameters<typeof KeyRing.derived>[0]> = {}): KeyRing =>
  KeyRing.derived({ secret: SECRET, rotate: '12h', ...options });

describe('KeyRing.derived', () => {
  const setClock = ownClock(START);

  it('has the documented names, which node:crypto derives too', () => {
    const nameOf = (period: number): string => {
      const info = Buffer.alloc(16);
      info.writeBigUInt64BE(BigInt(12 * HOUR), 0);
      info.writeBigUInt64BE(BigInt(period), 8);
      const salt = 'hermetic-ssl/fleet ticket key 1';
      return Buffer.from(hkdfSync('sha256', SECRET, salt, info, 80)).toString('hex', 0, 16);
    };
    expect(ring({ keep: 3 }).keys).toEqual([
      { name: nameOf(1000), encrypts: true },
      ...[1001, 999, 998].map((period) => ({ name: nameOf(period), encrypts: false })),
    ]);
  });

  it('has the key that the program in docs/fleet.md derives in Python, which the page shows', (test) => {
    skipUnless(test, 'python3');
    const page = readFileSync(new URL('../../../docs/fleet.md', import.meta.url), 'utf8');
    const [, program = ''] = /```python\n([\s\S]*?)```/.exec(page) ?? [];
    const start = `secret, seconds = b'${SECRET}', ${12 * HOUR}\n`;
    const end = `import time\ntime.time = lambda: ${START} + 1.5\n${program}print(key.hex())\n`;
    const output = execFileSync(peerPath('python3'), ['-c', start + end])
      .toString()
      .trim();
    expect(output).toBe(PYTHON.key);
    expect(page.replaceAll('\n', '')).toContain(PYTHON.key);
  });

  it('encrypts with the whole key that other programs derive', async () => {
    const server = await serverWith(ring());
    const other = await serverWith(Buffer.from(PYTHON.key, 'hex'));
    const ours = await client();
    const { session, keyName } = visit(ours, server);
    expect(keyName).toBe(PYTHON.key.slice(0, 32));
    expect(visit(ours, other, session).reused).toBe(true);
  });

  it.each(VERSIONS)('resumes on another host, under %s', async (_, change) => {
    const ours = await client();
    const { session } = visit(ours, await serverWith(ring(), change));
    expect(visit(ours, await serverWith(ring(), change), session).reused).toBe(true);
    const stranger = await serverWith(ring({ secret: SECRET.toUpperCase() }), change);
    expect(visit(ours, stranger, session).reused).toBe(false);
  });

  it('decrypts for `keep` periods, and renews tickets', async () => {
    const [ours, server] = [await client(), await serverWith(ring({ keep: 3 }), tls12)];
    const { session, keyName } = visit(ours, server);
    expect(visit(ours, server, session)).toMatchObject({ reused: true, keyName });
    setClock(START + 12 * HOUR);
    const renewed = visit(ours, server, session);
    expect(renewed.reused).toBe(true);
    expect(renewed.keyName).not.toBe(keyName);
    setClock(START + 36 * HOUR - 1);
    expect(visit(ours, server, session).reused).toBe(true);
    setClock(START + 36 * HOUR);
    expect(visit(ours, server, session).reused).toBe(false);
    expect(visit(ours, server, renewed.session).reused).toBe(true);
  });

  it('changes its keys although no timer has run, and when the clock is set back', async () => {
    const [ours, server] = [await client(), await serverWith(ring(), tls13)];
    const first = visit(ours, server).keyName;
    setClock(START + 100 * HOUR);
    const later = visit(ours, server).keyName;
    expect(later).not.toBe(first);
    setClock(START + 1);
    expect(visit(ours, server).keyName).toBe(first);
  });

  it('loses nothing to clocks that differ by minutes, around a change of keys', async () => {
    const ours = await client();
    const [ahead, behind] = [await serverWith(ring(), tls12), await serverWith(ring(), tls12)];
    const border = START + 12 * HOUR;
    setClock(border + 120);
    const { session: early } = visit(ours, ahead);
    setClock(border - 120);
    const answer = visit(ours, behind, early);
    expect(answer.reused).toBe(true);
    setClock(border + 120);
    expect(visit(ours, ahead, answer.session).reused).toBe(true);
  });

  it('accepts tickets of an earlier secret, and does not encrypt with it', async () => {
    const secret = 'another secret of thirty-two bytes';
    const ours = await client();
    const { session } = visit(ours, await serverWith(ring(), tls12));
    const overlapping = await serverWith(ring({ secret, previousSecrets: [SECRET] }), tls12);
    const renewed = visit(ours, overlapping, session);
    expect(renewed.reused).toBe(true);
    const later = await serverWith(ring({ secret }), tls12);
    expect(visit(ours, later, renewed.session).reused).toBe(true);
    expect(visit(ours, later, session).reused).toBe(false);
  });

  it('serves many contexts, and leaves one that takes other keys', async () => {
    const one = ring();
    const [ours, server, other] = [await client(), await serverWith(one), await serverWith(one)];
    expect(server.ticketKeys).toBe(one);
    const { session } = visit(ours, server);
    expect(visit(ours, other, session).reused).toBe(true);
    other.ticketKeys = null;
    expect(other.ticketKeys).toBeNull();
    expect(visit(ours, other, session).reused).toBe(false);
    setClock(START + 12 * HOUR);
    void one.keys;
    expect(visit(ours, other, visit(ours, server).session).reused).toBe(false);
  });

  it('forgets its keys when it is closed: contexts go on with their own', async () => {
    const one = ring();
    const [ours, server] = [await client(), await serverWith(one)];
    const { session } = visit(ours, server);
    one.close();
    one.close();
    expect(one.isClosed).toBe(true);
    expect(one.keys).toEqual([]);
    expect(visit(ours, server, session).reused).toBe(false);
    const own = visit(ours, server);
    expect(visit(ours, server, own.session).reused).toBe(true);
    await expect(serverWith(one)).rejects.toMatchObject({ code: 'ERR_INVALID_STATE' });
  });

  it('shows no secrets', () => {
    const one = ring();
    const shown = inspect(one, { depth: 20, showHidden: true }) + JSON.stringify(one);
    expect(shown).toContain(one.keys[0]?.name.slice(0, 8));
    expect(shown).not.toContain(SECRET);
    expect(shown).not.toMatch(/[0-9a-f]{32}|Buffer/);
  });

  it.each([
    [{ secret: 'too short' }, /at least 32 bytes, not 9/],
    [{ secret: 7 }, /secret must be/],
    [{ rotate: '12 hours' }, /rotate must be/],
    [{ rotate: 0 }, /rotate must be/],
    [{ rotate: '91d' }, /rotate must be/],
    [{ rotate: undefined }, /rotate must be/],
    [{ keep: 1 }, /keep must be at least 2/],
    [{ previousSecrets: 'x' }, /must be an array/],
    [{ previousSecrets: ['x'] }, /previousSecrets must have/],
  ])('refuses %j', (options, message) => {
    expect(() => ring(options as object)).toThrow(message);
  });

  it('accepts the secret that its message asks for', (test) => {
    skipUnless(test, 'openssl');
    expect(() => ring({ secret: 'x' })).toThrow(/'openssl rand -base64 32'/);
    const secret = execFileSync(peerPath('openssl'), ['rand', '-base64', '32']).toString().trim();
    expect(ring({ secret }).keys).toHaveLength(3);
  });

  it('has no public constructor', () => {
    expect(() => new (KeyRing as unknown as new () => unknown)()).toThrow(TypeError);
  });
});
