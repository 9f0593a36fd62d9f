// Certificates whose extensions OpenSSL would decode into far more memory than they are large (CVE-2026-35189).
import '../../../helpers/reflect-metadata.js';

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import * as tls from 'node:tls';

import * as x509 from '@peculiar/x509';
import * as ssl from 'hermetic-ssl/ssl';
import { afterEach, describe, expect, it } from 'vitest';

import { createAuthority, type IssuedCertificate } from '../../../helpers/certificates.js';
import * as der from '../../../helpers/der.js';
import { testPki } from '../../../helpers/test-pki.js';

const NAMES = { commonName: 'localhost', dns: ['localhost'] };
const INVALID_EXTENSION = 41; // X509_V_ERR_INVALID_EXTENSION

/** Places of revocation lists, each relative to the issuer's name (RFC 5280, 4.2.1.13). */
function relativePlaces(count: number): x509.Extension {
  const fragment = der.context(1, true, der.sequence(der.oid('2.5.4.3'), der.utf8String('x')));
  const place = der.sequence(der.context(0, true, fragment));
  const places = Array.from({ length: count }, () => place);
  return new x509.Extension('2.5.29.31', false, der.sequence(...places));
}

const longName = Array.from({ length: 100 }, (_, i) => ['OU', `unit ${i}`] as const);
const root = await createAuthority({ name: 'long', subject: [...longName, ['CN', 'long']] });
const issue = (count: number, eku = 'serverAuth') =>
  root.issue({ ...NAMES, eku: [eku], extraExtensions: [relativePlaces(count)] });
/** 100 copies of a name of 2 kB. */
const excessive = await issue(100);
const ordinary = await issue(5);
const { localhost, caPem } = await testPki();

const open: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

async function serve({ certPem: cert, keyPem: key }: IssuedCertificate, options = {}) {
  const server = tls.createServer({ cert, key, ...options }, (socket) => socket.end('hello'));
  server.on('tlsClientError', () => undefined);
  open.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

function doubtingClient(verifyMode: ssl.VerifyMode = ssl.CERT_REQUIRED): ssl.SSLContext {
  const made = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
  made.checkHostname = verifyMode === ssl.CERT_REQUIRED;
  made.verifyMode = verifyMode;
  made.loadVerifyLocations({ cadata: root.certPem });
  return made;
}

async function outcome(port: number, context: ssl.SSLContext): Promise<unknown> {
  try {
    const socket = await ssl.connect({ host: 'localhost', port, context });
    socket.on('error', () => undefined).destroy();
    return 'connected';
  } catch (error) {
    return (error as ssl.SSLCertVerificationError).verifyCode;
  }
}

describe('a certificate that would multiply the name of its issuer', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('is refused of a server, under %s', async (version) => {
    const limits = { minVersion: version, maxVersion: version };
    const port = await serve(excessive, limits);
    expect(await outcome(port, doubtingClient())).toBe(INVALID_EXTENSION);
    // Under TLS 1.2 OpenSSL looks at the extensions although nothing is verified.
    expect(await outcome(port, doubtingClient(ssl.CERT_NONE))).toBe(INVALID_EXTENSION);
    const forgiving = doubtingClient();
    forgiving.verifyCallback = () => true;
    expect(await outcome(port, forgiving)).toBe(INVALID_EXTENSION);
  });

  it('is refused of a client', async () => {
    const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    server.loadCertChain({ cert: localhost.certPem, key: localhost.keyPem });
    server.loadVerifyLocations({ cadata: root.certPem });
    server.verifyMode = ssl.CERT_REQUIRED;
    const listening = ssl.createServer({ context: server });
    open.push(listening);
    const refused = once(listening, 'tlsClientError') as Promise<[ssl.SSLCertVerificationError]>;
    await once(listening.listen(0, '127.0.0.1'), 'listening');
    const { port } = listening.address() as AddressInfo;
    const { certPem: cert, keyPem: key } = await issue(100, 'clientAuth');
    const client = tls.connect({ host: 'localhost', port, ca: caPem, cert, key });
    client.on('error', () => undefined);
    open.push({ close: () => client.destroy() });
    expect((await refused)[0].verifyCode).toBe(INVALID_EXTENSION);
  });

  it('can be neither trusted nor shown', () => {
    const made = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    const { certPem: cert, keyPem: key } = excessive;
    expect(() => made.loadVerifyLocations({ cadata: cert })).toThrow(/CVE-2026-35189/);
    expect(() => made.loadCertChain({ cert, key })).toThrow(/CVE-2026-35189/);
  });

  it('is distinguished from one with a few such places', async () => {
    expect(await outcome(await serve(ordinary), doubtingClient())).toBe('connected');
    const made = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    expect(() =>
      made.loadCertChain({ cert: ordinary.certPem, key: ordinary.keyPem }),
    ).not.toThrow();
  });
});
