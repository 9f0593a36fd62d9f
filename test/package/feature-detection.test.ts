// The examples of docs/feature-detection.md do what the page says, with the OpenSSL that the tests run on; and its lists
// are complete.
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { createServer, type Server, type TlsOptions, type TLSSocket } from 'node:tls';

import * as hashlib from 'hermetic-ssl/hashlib';
import * as ssl from 'hermetic-ssl/ssl';
import { afterEach, describe, expect, it } from 'vitest';

import { CONSTANT_CHANNELS } from '../../lib/generated/constants.js';
import { createAuthority } from '../helpers/certificates.js';
import { exampleUnder, runExample, type RunOptions } from '../helpers/doc-examples.js';
import { absentOf } from '../helpers/python-names.js';
import { testPki } from '../helpers/test-pki.js';

const PAGE = 'docs/feature-detection.md';
const text = readFileSync(new URL(`../../${PAGE}`, import.meta.url), 'utf8');
const isOpenssl4 = ssl.OPENSSL_VERSION_INFO[0] >= 4;
const { caPem, localhost } = await testPki();

const run = (heading: string, options: RunOptions) =>
  runExample(exampleUnder(PAGE, heading), options);

let server: Server | undefined;
afterEach(() => void server?.close());

/** Starts a server of node:tls that says hello; gives its port. */
async function serve(options: TlsOptions = {}): Promise<number> {
  const { certPem: cert, keyPem: key } = localhost;
  // Not at once: under TLS 1.3 Node would forget close_notify.
  const greet = (socket: TLSSocket): void => void setImmediate(() => socket.end('hello'));
  server = createServer({ cert, key, ...options }, greet);
  server.on('tlsClientError', () => undefined); // the client reports it
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** A program that connects with the context it makes, and with the default one, and answers the results. */
const CONNECTS = (make: string, port: number, ca: string): string => `
  const outcome = (context: ssl.SSLContext) =>
    ssl.connect({ host: 'localhost', port: ${port}, context }).then(
      (socket) => { const version = socket.version(); socket.on('error', () => {}).destroy(); return version; },
      (error) => error.code,
    );
  const locations = { cadata: ${JSON.stringify(ca)} };
  answer([
    await outcome(${make}(locations)),
    await outcome(ssl.createDefaultContext(ssl.Purpose.SERVER_AUTH, locations)),
  ]);`;

describe('Is it there?', () => {
  it('says what the linked OpenSSL has and has not', async () => {
    const { answer } = await run('Is it there?', { after: 'answer(features)' });
    expect(answer).toEqual({
      tls13: true,
      preSharedKeys: 'HAS_PSK' in ssl,
      npn: false,
      greaseEch: isOpenssl4,
      koblitzCurve: !isOpenssl4,
      postQuantum: true,
      chaCha20: true,
      ed25519: true,
      sha512_256: true,
    });
  });

  it('is right about what it says is missing', () => {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
    const setCurve = () => context.setGroups('secp256k1');
    if (isOpenssl4) expect(setCurve).toThrow('unrecognized group');
    else expect(setCurve).not.toThrow();
    expect(() => context.setNpnProtocols([])).toThrow('use setAlpnProtocols');
    expect(hashlib.new('sha512_256').digestSize).toBe(32);
    expect('setGroups' in context).toBe(true);
  });
});

describe('What is the default?', () => {
  it('reads what a default context has', async () => {
    const { answer } = await run('What is the default?', { after: 'answer(defaults)' });
    expect(answer).toEqual({
      verifies: true,
      isStrict: true,
      lowestVersion: ssl.TLSVersion.TLSv1_2,
      securityLevel: 2,
      suites: ssl
        .createDefaultContext()
        .getCiphers()
        .map(({ name }) => name),
      takesTickets: true,
    });
  });
});

describe('Stricter than the default', () => {
  const heading = 'Stricter than the default';

  it('meets a modern server, and refuses one that the default takes', async () => {
    const modern = await serve();
    const both = await run(heading, { after: CONNECTS('strictContext', modern, caPem) });
    expect(both.answer).toEqual(['TLSv1.3', 'TLSv1.3']);
    server?.close();
    const older = await serve({ maxVersion: 'TLSv1.2' });
    const one = await run(heading, { after: CONNECTS('strictContext', older, caPem) });
    expect(one.answer).toEqual([expect.stringMatching(/^ERR_SSL_.*PROTOCOL_VERSION$/), 'TLSv1.2']);
  });

  it('sets what the linked OpenSSL has', async () => {
    const { answer } = await run(heading, {
      after: `const context = strictContext();
        answer([String(context.options), context.hostnameChecksCommonName, context.minimumVersion]);`,
    });
    const { options } = ssl.createDefaultContext();
    const grease = isOpenssl4 ? 0x20_0000_0000n : 0n;
    expect(answer).toEqual([String(options | grease), false, ssl.TLSVersion.TLSv1_3]);
  });
});

describe('Looser than the default', () => {
  it('meets an old server with a poor certificate, which the default refuses', async () => {
    const authority = await createAuthority({ name: 'old root' });
    const poor = await authority.issue({
      commonName: 'localhost',
      dns: ['localhost'],
      authorityKeyIdentifier: false,
    });
    const port = await serve({
      cert: poor.certPem,
      key: poor.keyPem,
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
    });
    const { answer } = await run('Looser than the default', {
      after: CONNECTS('contextForOldDevice', port, authority.rootPem),
    });
    expect(answer).toEqual(['TLSv1.1', expect.stringMatching(/^ERR_SSL_.*PROTOCOL_VERSION$/)]);
  });
});

describe('When it is missing: warn, or refuse', () => {
  const heading = 'When it is missing: warn, or refuse';
  const hasGrease = '(context.options & 0x2000000000n) !== 0n';

  it('warns and goes on where the user has chosen so', async () => {
    const { answer, stderr } = await run(heading, {
      after: `const context = greasingContext('warn'); answer(${hasGrease});`,
    });
    expect(answer).toBe(isOpenssl4);
    expect(stderr.includes('[MYLIB_UNSUPPORTED]')).toBe(!isOpenssl4);
  });

  it('refuses where the user has chosen that', async () => {
    const { answer, stderr } = await run(heading, {
      after: `try { const context = greasingContext('refuse'); answer(${hasGrease}); }
        catch (error) { answer([error.code, error.message]); }`,
    });
    const message = `GREASE for Encrypted ClientHello needs another OpenSSL than ${ssl.OPENSSL_VERSION}`;
    expect(answer).toEqual(isOpenssl4 || ['ERR_MYLIB_UNSUPPORTED', message]);
    expect(stderr).toBe('');
  });
});

describe('With node:tls to fall back on', () => {
  const heading = 'With node:tls to fall back on';
  const after = (port: number): string => `
    const socket = await connect('localhost', ${port}, ${JSON.stringify(caPem)});
    const { authorized } = socket;
    const chunks = []; for await (const chunk of socket) chunks.push(chunk);
    answer([socket.constructor.name, Buffer.concat(chunks).toString(), authorized]);`;

  it('uses this package where it is', async () => {
    const { answer, stderr } = await run(heading, { after: after(await serve()) });
    expect(answer).toEqual(['SSLSocket', 'hello', true]);
    expect(stderr).toBe('');
  });

  it.each([
    ['is not installed', { parent: tmpdir() }],
    ['has no native part', { env: { HERMETIC_SSL_BINARY: '/nonexistent/addon.node' } }],
  ])('uses node:tls where the package %s, and says so', async (_when, options) => {
    const { answer, stderr } = await run(heading, { ...options, after: after(await serve()) });
    expect(answer).toEqual(['TLSSocket', 'hello', true]);
    expect(stderr).toContain('[MYLIB_FALLBACK]');
  });

  it('does not fall back from what this package refuses', async () => {
    const { certPem: cert, keyPem: key } = (await testPki()).stranger;
    const port = await serve({ cert, key });
    const failing = `try {${after(port)}} catch (error) { answer(error.name); }`;
    const { answer } = await run(heading, { after: failing });
    expect(answer).toBe('SSLCertVerificationError');
  });

  it('asks a socket for what not both have', async () => {
    const port = await serve();
    const code = `const socket = await connect('localhost', ${port}, ${JSON.stringify(caPem)});
      answer(groupOf(socket)); socket.destroy();`;
    const ours = await run(heading, { after: code });
    const theirs = await run(heading, { after: code, parent: tmpdir() });
    expect([typeof ours.answer, theirs.answer]).toEqual(['string', null]);
  });
});

describe('The lists', () => {
  const section = (title: string): string =>
    text.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
  const names = (part: string, pattern: RegExp): string[] =>
    [...part.matchAll(pattern)].map(([, name = '']) => name).toSorted();

  it('name every HAS_ constant', () => {
    const has = Object.keys(ssl).filter((name) => name.startsWith('HAS_'));
    const absent = absentOf('ssl').filter((name) => name.startsWith('HAS_'));
    expect(names(section('The HAS_ constants'), /`(HAS_\w+)`/g)).toEqual(
      [...has, ...absent].toSorted(),
    );
  });

  it('name every member that one OpenSSL alone has', () => {
    const rows = section('What only one OpenSSL has').matchAll(/^\| `(\w+)` \| (.*) \|$/gm);
    const told = [...rows].flatMap(([, owner = '', members = '']) =>
      names(members, /`(\w+)`/g).map((member) => `${owner}.${member}`),
    );
    const special = Object.entries(CONSTANT_CHANNELS).flatMap(([owner, members]) =>
      Object.keys(members).map((member) => `${owner}.${member}`),
    );
    expect(told.toSorted()).toEqual(special.toSorted());
  });
});
