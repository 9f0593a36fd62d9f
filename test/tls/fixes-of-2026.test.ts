import { once } from 'node:events';
import type { PeerCertificate, SecureContext, TLSSocket } from 'node:tls';

import { describe, expect, it } from 'vitest';

import https from 'hermetic-ssl/https';
import { PROTOCOL_TLS_CLIENT, spkiHash, SSLContext } from 'hermetic-ssl/ssl';
import { createSelfSigned } from '../helpers/certificates.js';
import { close, identity, listen, ourTls, pki } from './support.js';

const named = (subjectaltname: string): PeerCertificate =>
  ({ subject: { CN: 'unused' }, subjectaltname }) as unknown as PeerCertificate;
const check = (host: string, names: string) => ourTls.checkServerIdentity(host, named(names));

describe("the fixes of 2026 in Node's own module", () => {
  it('CVE-2026-48618: an ideographic dot separates labels', () => {
    expect(check('a。example.org', 'DNS:*.example.org')).toBeUndefined();
    expect(check('evil。a.example.org', 'DNS:*.a.example.org')).toBeUndefined();
    expect(check('b.c。example.org', 'DNS:*.example.org')).toBeInstanceOf(Error);
    expect(check('a．example．org', 'DNS:a.example.org')).toBeUndefined();
  });

  it('#64145: an IPv6 address is matched in any spelling, and never by a name', () => {
    expect(check('::1', 'IP Address:0:0:0:0:0:0:0:1')).toBeUndefined();
    expect(check('0:0::1', 'IP Address:0:0:0:0:0:0:0:1')).toBeUndefined();
    expect(check('::2', 'IP Address:0:0:0:0:0:0:0:1')).toBeInstanceOf(Error);
    expect(check('127.0.0.1', 'DNS:127.0.0.1')).toBeInstanceOf(Error);
  });

  it('CVE-2026-48928: a context is found in either case of its name', async () => {
    const other = await createSelfSigned({ commonName: 'other', dns: ['other.test'] });
    const server = ourTls.createServer(identity);
    server.addContext('Other.Test', { key: other.keyPem, cert: other.certPem });
    const port = await listen(server);
    const client = ourTls.connect({ port, servername: 'OTHER.test', rejectUnauthorized: false });
    await once(client, 'secureConnect');
    expect(client.getPeerCertificate().subject.CN).toBe('other');
    client.destroy();
    await close(server);
  });

  it('CVE-2026-48934: a session is resumed only for the host that it was authenticated for', async () => {
    const server = ourTls.createServer(identity, (socket) => socket.end('x'));
    const port = await listen(server);
    const connect = (options: object) =>
      ourTls.connect({ port, ca: pki.caPem, servername: 'localhost', ...options }).resume();
    const first = connect({});
    const [session] = (await once(first, 'session')) as [Buffer];
    await once(first, 'close');
    const elsewhere = connect({ session, servername: 'example.org', rejectUnauthorized: false });
    await once(elsewhere, 'secureConnect');
    expect(elsewhere.isSessionReused()).toBe(false);
    await once(elsewhere, 'close');
    const unframed = connect({ session: session.subarray(60) });
    await once(unframed, 'secureConnect');
    expect(unframed.isSessionReused()).toBe(false);
    await once(unframed, 'close');
    await close(server);
  });

  it('a session of a server that was not accepted never makes another connection authorized', async () => {
    const { keyPem: key, certPem: cert } = pki.stranger;
    const server = ourTls.createServer({ key, cert }, (socket) => socket.end('x'));
    const options = { port: await listen(server), ca: pki.caPem, servername: 'localhost' };
    const first = ourTls.connect({ ...options, rejectUnauthorized: false }).resume();
    const sessions: Buffer[] = [];
    first.on('session', (session) => sessions.push(session));
    await once(first, 'close');
    const second = ourTls.connect({ ...options, session: sessions.at(-1) });
    const [error] = (await once(second, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    await close(server);
  });

  it('#64677: a client without a certificate is not authorized by resuming a session', async () => {
    const options = { ...identity, ca: pki.caPem, requestCert: true, rejectUnauthorized: false };
    const seen: (boolean | string)[][] = [];
    const server = ourTls.createServer(options, (socket: TLSSocket) => {
      seen.push([socket.authorized, String(socket.authorizationError)]);
      socket.end('x');
    });
    const port = await listen(server);
    const connect = (session?: Buffer) =>
      ourTls.connect({ port, ca: pki.caPem, servername: 'localhost', session }).resume();
    const first = connect();
    const [session] = (await once(first, 'session')) as [Buffer];
    await once(first, 'close');
    const second = connect(session);
    await once(second, 'close');
    expect(seen).toEqual([
      [false, 'UNABLE_TO_GET_ISSUER_CERT'],
      [false, 'UNABLE_TO_GET_ISSUER_CERT'],
    ]);
    await close(server);
  });

  it('an agent keeps connections with different PKCS#12 files and passwords apart', () => {
    const agent = new https.Agent() as unknown as { getName(options: object): string };
    const name = (passphrase: string, buf: string) =>
      agent.getName({ host: 'h', port: 1, pfx: [{ buf: Buffer.from(buf), passphrase }] });
    expect(new Set([name('a', 'x'), name('b', 'x'), name('a', 'y')]).size).toBe(3);
  });

  it('an agent does not answer a request by a connection that another check has accepted', async () => {
    const server = https.createServer(identity, (_request, response) => response.end('x'));
    const port = await listen(server);
    const agent = new https.Agent({ keepAlive: true });
    const get = async (checkServerIdentity?: () => Error | undefined): Promise<string> => {
      const options = { port, host: '127.0.0.1', servername: 'localhost', ca: pki.caPem, agent };
      const request = https.get({
        ...options,
        ...(checkServerIdentity && { checkServerIdentity }),
      });
      return new Promise((resolve) => {
        request.on('error', (error) => resolve(error.message));
        request.on('response', (response) => {
          response.resume().on('close', () => setImmediate(resolve, `${request.reusedSocket}`));
        });
      });
    };
    const accepts = () => undefined;
    const refuses = () => new Error('refused');
    expect(await get(accepts)).toBe('false');
    expect(await get(refuses)).toBe('refused');
    expect(await get()).toBe('false');
    expect(await get()).toBe('true');
    expect(await get(refuses)).toBe('refused');
    expect(await get(accepts)).toBe('false');
    agent.destroy();
    await close(server);
  });

  it('#65076: an invalid list of ALPN protocols throws', () => {
    const connect = (ALPNProtocols: Uint8Array) => () => ourTls.connect({ port: 1, ALPNProtocols });
    expect(connect(Buffer.from([0]))).toThrow(/zero-length protocol/);
    expect(connect(Buffer.from([5, 97]))).toThrow(/truncated protocol/);
  });

  it.each(['SNICallback', 'ALPNCallback', 'pskCallback'] as const)(
    'an exception in %s ends the connection, not the process',
    async (name) => {
      const thrown = new Error(`thrown by ${name}`);
      const callback = () => {
        throw thrown;
      };
      const psk = { ciphers: 'PSK+HIGH', maxVersion: 'TLSv1.2' as const };
      const server = ourTls.createServer({
        ...identity,
        [name]: callback,
        ...(name === 'pskCallback' ? psk : {}),
      });
      const port = await listen(server);
      const failed = once(server, 'tlsClientError');
      const client = ourTls.connect({
        port,
        servername: 'localhost',
        rejectUnauthorized: false,
        ALPNProtocols: ['a'],
        ...(name === 'pskCallback'
          ? { ...psk, pskCallback: () => ({ psk: Buffer.alloc(16), identity: 'me' }) }
          : {}),
      });
      client.on('error', () => undefined);
      const [error] = (await failed) as [Error];
      expect(error).toBe(thrown);
      client.destroy();
      await close(server);
    },
  );

  it('an exception in the pskCallback of a client ends the connection, not the process', async () => {
    const thrown = new Error('thrown by pskCallback');
    const psk = { ciphers: 'PSK+HIGH', maxVersion: 'TLSv1.2' as const };
    const server = ourTls.createServer({ ...psk, pskCallback: () => Buffer.alloc(16) });
    server.on('tlsClientError', () => undefined);
    const port = await listen(server);
    const pskCallback = () => {
      throw thrown;
    };
    const client = ourTls.connect({
      port,
      ...psk,
      checkServerIdentity: () => undefined,
      pskCallback,
    });
    expect(await once(client, 'error')).toEqual([thrown]);
    await close(server);
  });

  it('#65577: every revocation list of a bundle counts', async () => {
    const { root, intermediate, localhostBelowIntermediate: leaf } = pki;
    const bundle = (await root.crl()) + (await intermediate.crl({ revoked: [leaf] }));
    const server = ourTls.createServer({ key: leaf.keyPem, cert: leaf.chainPem });
    const port = await listen(server);
    const client = ourTls.connect({ port, servername: 'localhost', ca: pki.caPem, crl: bundle });
    const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('CERT_REVOKED');
    await close(server);
  });

  it('a key that the context distrusts is refused, also below a trusted authority', async () => {
    const { localhostBelowIntermediate: leaf, intermediate } = pki;
    const server = ourTls.createServer({ key: leaf.keyPem, cert: leaf.chainPem });
    const port = await listen(server);
    for (const blocked of [leaf, intermediate]) {
      const context = new SSLContext(PROTOCOL_TLS_CLIENT);
      context.loadVerifyLocations({ cadata: pki.caPem });
      context.distrustedSpki = [spkiHash(blocked.certPem)];
      const client = ourTls.connect({
        port,
        servername: 'localhost',
        secureContext: context as unknown as SecureContext,
      });
      const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
      expect(error.message).toMatch(/distrust/);
      expect(client.authorized).toBe(false);
    }
    await close(server);
  });

  it('a name with a NUL does not match its beginning', async () => {
    expect(check('localhost', 'DNS:"localhost\\u0000.evil.test"')).toBeInstanceOf(Error);
    const { keyPem: key, certPem: cert } = pki.embeddedNul;
    const server = ourTls.createServer({ key, cert });
    const port = await listen(server);
    const client = ourTls.connect({ port, ca: pki.caPem, servername: 'alt.example.org' });
    const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    await close(server);
  });

  it('#64677: a client with a certificate is authorized when it resumes, and only then', async () => {
    const options = { ...identity, ca: pki.caPem, requestCert: true, rejectUnauthorized: false };
    const seen: boolean[] = [];
    const server = ourTls.createServer(options, (socket: TLSSocket) => {
      seen.push(socket.isSessionReused(), socket.authorized);
      socket.end('x');
    });
    const port = await listen(server);
    const { keyPem: key, certPem: cert } = pki.client;
    const common = { port, ca: pki.caPem, servername: 'localhost', key, cert };
    const first = ourTls.connect(common).resume();
    const [session] = (await once(first, 'session')) as [Buffer];
    await once(first, 'close');
    const second = ourTls.connect({ ...common, session }).resume();
    await once(second, 'close');
    expect(seen).toEqual([false, true, true, true]);
    await close(server);
  });
});
