/** The session id context of another program. */
import { randomBytes } from 'node:crypto';

import { haproxySessionIdContext, nginxSessionIdContext } from 'hermetic-ssl/fleet';
import * as ssl from 'hermetic-ssl/ssl';
import { describe, expect, it } from 'vitest';

import { VERSIONS } from '../../helpers/contexts.js';
import { testPki } from '../../helpers/test-pki.js';
import { client, serverWith, visit } from './support.js';

describe.each(VERSIONS)('SSLContext.sessionIdContext under %s', (_, change) => {
  it('joins sessions of servers with different settings, and only with the same id', async () => {
    const key = randomBytes(80);
    const ours = await client();
    const [one, other, third] = await Promise.all([
      serverWith(key, change),
      serverWith(key, (context) => {
        change(context);
        context.verifyDepth = 3;
      }),
      serverWith(key, change),
    ]);
    expect(visit(ours, other, visit(ours, one).session).reused).toBe(false);
    one.sessionIdContext = other.sessionIdContext = Buffer.from('haproxy');
    third.sessionIdContext = Buffer.from('HTTP');
    const { session } = visit(ours, one);
    expect(visit(ours, other, session).reused).toBe(true);
    expect(visit(ours, third, session).reused).toBe(false);
    other.sessionIdContext = null;
    expect(other.sessionIdContext).toBeNull();
    expect(visit(ours, other, session).reused).toBe(false);
  });

  it.each([
    ['verifyMode', (c: ssl.SSLContext) => void (c.verifyMode = ssl.CERT_OPTIONAL)],
    ['pinnedSpki', (c: ssl.SSLContext) => void (c.pinnedSpki = [Buffer.alloc(32)])],
    ['setPskServerCallback', (c: ssl.SSLContext) => c.setPskServerCallback(() => null)],
  ])('a server that begins to ask clients, by %s, resumes nothing foreign', async (_name, ask) => {
    const key = randomBytes(80);
    const ours = await client();
    const one = await serverWith(key, change);
    const asking = await serverWith(key, change);
    one.sessionIdContext = asking.sessionIdContext = Buffer.from('haproxy');
    const { session } = visit(ours, one);
    expect(visit(ours, asking, session).reused).toBe(true);
    ask(asking);
    let isResumed = false;
    try {
      isResumed = visit(ours, asking, session).reused;
    } catch (error) {
      expect(error).toBeInstanceOf(ssl.SSLError); // a server with pins refuses a client without a certificate
    }
    expect(isResumed).toBe(false);
  });
});

describe('SSLContext.sessionIdContext', () => {
  it.each([
    ['verifyMode', (c: ssl.SSLContext) => void (c.verifyMode = ssl.CERT_OPTIONAL)],
    ['pinnedSpki', (c: ssl.SSLContext) => void (c.pinnedSpki = [Buffer.alloc(32)])],
  ])('is refused in a context that asks for certificates, by %s', (_, ask) => {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    ask(context);
    const set = () => void (context.sessionIdContext = haproxySessionIdContext());
    expect(set).toThrow(RangeError);
    expect(set).toThrow(/asks for certificates: a session that another program made/);
    expect(context.sessionIdContext).toBeNull();
  });

  it('is a copy of up to 32 bytes', () => {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    const id = Buffer.alloc(32, 1);
    context.sessionIdContext = id;
    id.fill(2);
    context.sessionIdContext?.fill(3);
    expect(context.sessionIdContext).toEqual(Buffer.alloc(32, 1));
    for (const value of [Buffer.alloc(33), Buffer.alloc(0)])
      expect(() => void (context.sessionIdContext = value)).toThrow(RangeError);
    for (const value of ['haproxy', 7, undefined])
      expect(() => void (context.sessionIdContext = value as never)).toThrow(TypeError);
    expect(context.sessionIdContext).toEqual(Buffer.alloc(32, 1));
  });
});

describe('nginxSessionIdContext', () => {
  it('depends on the module and on each certificate', async () => {
    const { localhost, caPem } = await testPki();
    const ids = [
      nginxSessionIdContext(localhost.certPem),
      nginxSessionIdContext(localhost.chainPem, 'stream'),
      nginxSessionIdContext([localhost.certPem, caPem]),
      nginxSessionIdContext([caPem, localhost.certPem]),
    ];
    expect(nginxSessionIdContext([localhost.chainPem], 'http')).toEqual(ids[0]);
    expect(new Set(ids.map((id) => id.toString('hex'))).size).toBe(4);
    expect(ids.every(({ length }) => length === 20)).toBe(true);
  });

  it('refuses what is not a certificate', () => {
    expect(() => nginxSessionIdContext('no PEM')).toThrow(RangeError);
    expect(() => nginxSessionIdContext(7 as never)).toThrow(TypeError);
    expect(() => nginxSessionIdContext('', 'smtp' as never)).toThrow(/module must be/);
  });
});
