// hermetic-ssl connect as a user runs it: nginx, servers of other protocols, and servers that must fail.
import { execFile } from 'node:child_process';
import { createServer as createClearServer, type AddressInfo } from 'node:net';
import { createServer, type Server, type TlsOptions } from 'node:tls';
import path from 'node:path';
import { promisify } from 'node:util';
import { X509Certificate } from 'node:crypto';

import * as ssl from 'hermetic-ssl/ssl';
import { afterAll, describe, expect, it } from 'vitest';

import { createAuthority } from '../helpers/certificates.js';
import { Child } from '../helpers/child.js';
import { freePort } from '../helpers/free-port.js';
import { ocspResponse, REVOKED_AT } from '../helpers/ocsp.js';
import { PROTOCOLS, startServer, whyNot } from '../helpers/starttls-servers.js';
import { peerPath, skipUnless } from '../helpers/peers.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';
import { startNginx } from '../interop/support/nginx.js';

const program = path.resolve(import.meta.dirname, '../../dist/cli/main.js');
const pki = await testPki();
const folder = await TempDirectory.create();
const ca = await folder.write('ca.pem', pki.caPem);
afterAll(() => folder.close());

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

async function run(args: readonly (string | number)[], input = ''): Promise<Ran> {
  const child = Child.start(process.execPath, [program, 'connect', ...args.map(String)]);
  child.stdin.end(input);
  const { code } = await child.finish(50_000);
  return { code, stdout: child.stdout, stderr: child.stderr };
}

const json = async (...args: (string | number)[]): Promise<Record<string, unknown>> => {
  const { code, stdout } = await run([...args, '--json']);
  return { code, ...(JSON.parse(stdout) as Record<string, unknown>) };
};

/** Runs `work` with the port of a server of node:tls, which echoes. */
async function serving<T>(
  options: TlsOptions,
  work: (port: number) => Promise<T>,
  prepare: (server: Server) => void = () => undefined,
): Promise<T> {
  const { certPem, chainPem, keyPem } = pki.localhostBelowIntermediate;
  const server: Server = createServer(
    { cert: chainPem || certPem, key: keyPem, ...options },
    (socket) => {
      socket.on('error', () => socket.destroy()).pipe(socket);
    },
  );
  server.on('tlsClientError', () => undefined);
  prepare(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await work((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
}

// Most of the time of these tests is starts of Node, so they run next to each other.
describe.concurrent('hermetic-ssl connect', () => {
  it('prints one page about nginx, with resumption, and the same facts as JSON', async (context) => {
    skipUnless(context, 'nginx');
    const server = await startNginx({ identity: pki.localhostBelowIntermediate });
    try {
      const target = `localhost:${server.port}`;
      const { code, stdout, stderr } = await run([target, '--ca', ca, '--tls', '1.2']);
      expect([code, stderr]).toEqual([0, '']);
      for (const line of [
        `localhost:${server.port}  ✓ verified`,
        /^ {2}address {5}127\.0\.0\.1$/m,
        /^ {2}protocol {4}TLSv1\.2$/m,
        /^ {2}suite {7}ECDHE-ECDSA-\S+ \(\d+ bits\)$/m,
        /^ {2}group {7}\S+ \((?:not )?post-quantum\)$/m,
        /^ {2}signature {3}ecdsa_secp256r1_sha256$/m,
        /^ {2}ALPN {8}http\/1\.1$/m,
        /^ {2}OCSP {8}not stapled$/m,
        /^ {2}resumption {2}resumed in [\d.]+ ms$/m,
        /^ {2}CN=test root, O=hermetic-ssl tests$/m,
        new RegExp(`^  trusted by ${ca}$`, 'm'),
        /^ {2}└─ CN=test intermediate, O=hermetic-ssl tests$/m,
        /^ {5}└─ CN=localhost$/m,
        /^ {8}EC P-256, ECDSA with SHA-256, until \d{4}-\d\d-\d\d \(\d+ days\)$/m,
        /^ {8}names localhost, 127\.0\.0\.1, ::1$/m,
        /^ {2}handshake +[\d.]+ ms {2}[█▏▎▍▌▋▊▉]+$/m,
      ])
        expect(stdout).toMatch(line);
      expect(await json(target, '--ca', ca)).toMatchObject({
        code: 0,
        verified: true,
        connected: true,
        agreed: {
          address: '127.0.0.1',
          protocol: expect.stringMatching(/^TLSv1\.[23]$/) as string,
        },
        anchor: ca,
        resumption: { tried: true, resumed: true },
        phases: [{ name: 'lookup' }, { name: 'connect' }, { name: 'handshake' }],
        failure: null,
      });
    } finally {
      await server.close();
    }
  });

  it('reads a certificate as node:crypto does', async () => {
    const certificate = new X509Certificate(pki.localhostRsa.certPem);
    const { certPem: cert, keyPem: key } = pki.localhostRsa;
    const outcome = await serving({ cert, key }, (port) => json(`localhost:${port}`, '--ca', ca));
    const [leaf] = outcome['chain'] as Record<string, unknown>[];
    expect(leaf).toMatchObject({
      key: `RSA ${certificate.publicKey.asymmetricKeyDetails?.modulusLength}`,
      notBefore: new Date(certificate.validFrom).toISOString().replace('.000', ''),
      notAfter: new Date(certificate.validTo).toISOString().replace('.000', ''),
      names: ['localhost', '127.0.0.1', '::1'],
    });
  });

  it('resumes under TLS 1.3, and reports ALPN', async () => {
    await serving({ ALPNProtocols: ['h2'] }, async (port) => {
      expect(await json(`localhost:${port}`, '--ca', ca, '--tls', '1.3')).toMatchObject({
        agreed: { protocol: 'TLSv1.3', alpn: 'h2' },
        resumption: { tried: true, resumed: true },
      });
      expect(await json(`localhost:${port}`, '--ca', ca, '--alpn', 'h2')).toMatchObject({
        agreed: { alpn: 'h2' },
      });
    });
  });

  describe('shows the stapled OCSP response:', () => {
    const chain = pki.localhostBelowIntermediate;
    const issuer = { ...pki.intermediate.certificate, keyPem: pki.intermediate.keyPem };
    const stapling = async <T>(response: Buffer | null, work: (port: number) => Promise<T>) =>
      serving({}, work, (server) => {
        server.on('OCSPRequest', (_leaf, _issuer, answer) => answer(null, response));
      });

    it.for(['1.2', '1.3'])('good, in TLS %s', async (version, context) => {
      skipUnless(context, 'openssl');
      await stapling(await ocspResponse({ leaf: chain, issuer }), async (port) => {
        const args = [`localhost:${port}`, '--ca', ca, '--tls', version];
        const { code, stdout } = await run(args);
        expect(code).toBe(0);
        expect(stdout).toMatch(/^ {2}OCSP {8}good, produced \d{4}-\d\d-\d\d, next update \d{4}-\d\d-\d\d$/m); // prettier-ignore
        expect(await json(...args)).toMatchObject({ ocsp: { status: 'good', reason: null, isCurrent: true, isSigned: true } }); // prettier-ignore
      });
    });

    it('revoked, with the exit code of a certificate that does not verify', async (context) => {
      skipUnless(context, 'openssl');
      const revoked = await ocspResponse({ leaf: chain, issuer, status: 'revoked', reason: 'keyCompromise' }); // prettier-ignore
      await stapling(revoked, async (port) => {
        const args = [`localhost:${port}`, '--ca', ca];
        const { code, stdout } = await run(args);
        expect(code).toBe(1);
        expect(stdout).toContain('✗ the certificate is revoked');
        expect(stdout).toContain('revoked since 2026-01-02 (keyCompromise), produced');
        expect(await json(...args)).toMatchObject({ code: 1, ocsp: { status: 'revoked', reason: 'keyCompromise', revokedAt: REVOKED_AT } }); // prettier-ignore
        expect((await run([...args, '--insecure'])).code).toBe(0);
      });
    });

    it('a revocation with the signature of another key is not believed', async (context) => {
      skipUnless(context, 'openssl');
      const { certPem, keyPem } = pki.stranger;
      const forged = await ocspResponse({ leaf: chain, issuer, status: 'revoked', signer: { certPem, keyPem } }); // prettier-ignore
      const { code, stdout } = await stapling(forged, (port) => run([`localhost:${port}`, '--ca', ca])); // prettier-ignore
      expect(code).toBe(0);
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain('but its signature does not verify');
    });

    const refusesNonsense = () =>
      stapling(Buffer.from('nonsense'), async (port) => {
        const { stdout } = await run([`localhost:${port}`, '--ca', ca]);
        expect(stdout).toContain('TLSV1_BAD_CERTIFICATE_STATUS_RESPONSE');
      });

    it.each([
      [null, 'not stapled', null],
      [Buffer.from('nonsense'), 'stapled, but it cannot be read', 'unreadable'],
      [Buffer.from('30030a0103', 'hex'), 'no answer about this certificate (tryLater)', 'no answer'], // prettier-ignore
    ])('%s: %s', async (response, text, status) => {
      // OpenSSL 4 refuses a response that it cannot read.
      if (status === 'unreadable' && ssl.OPENSSL_VERSION_INFO[0] >= 4) return refusesNonsense();
      await stapling(response, async (port) => {
        expect((await run([`localhost:${port}`, '--ca', ca])).stdout).toContain(text);
        const { ocsp } = await json(`localhost:${port}`, '--ca', ca);
        expect(ocsp === null ? null : (ocsp as { status: string }).status).toBe(status);
      });
    });
  });

  it('says why a certificate does not verify, shows the chain, and connects with --insecure', async () => {
    const { certPem: cert, keyPem: key } = pki.stranger;
    await serving({ cert, key }, async (port) => {
      const { code, stdout } = await run([`localhost:${port}`, '--ca', ca]);
      expect(code).toBe(1);
      expect(stdout).toContain('✗ the certificate does not verify');
      expect(stdout).toContain('stranger root');
      expect(stdout).toMatch(/^ {2}CN=localhost ✗$/m);
      expect(stdout).toContain('--insecure');
      expect(await json(`localhost:${port}`, '--ca', ca, '--insecure')).toMatchObject({
        code: 0,
        verified: false,
        connected: true,
        failure: { verifyCode: 20 },
        agreed: { address: '127.0.0.1' },
      });
      expect(await json(`127.0.0.1:${port}`, '--ca', ca, '--servername', 'example.com')).toMatchObject({ code: 1, serverHostname: 'example.com' }); // prettier-ignore
    });
  });

  it.each([
    ['expired', pki.expired, 10, 'The server needs a new certificate'],
    ['not valid yet', pki.notYetValid, 9, 'The server needs a new certificate'],
    ['for another name', pki.example, 62, '--servername NAME'],
    ['of a stranger', pki.stranger, 20, '--ca FILE trusts a root of your own'],
    ['self-signed', pki.selfSigned, 18, '--ca FILE trusts a root of your own'],
  ])(
    'names what helps against a certificate that is %s',
    async (_, identity, verifyCode, remedy) => {
      const { certPem: cert, keyPem: key } = identity;
      await serving({ cert, key }, async (port) => {
        const { code, failure } = await json(`localhost:${port}`, '--ca', ca);
        expect(code).toBe(1);
        expect(failure).toMatchObject({ verifyCode, remedy: expect.stringContaining(remedy) as string }); // prettier-ignore
        expect((failure as { remedy: string }).remedy).toContain('--insecure');
        const { stdout } = await run([`localhost:${port}`, '--ca', ca]);
        expect(stdout).not.toMatch(/context\.|VerifyFlags|CERT_NONE/); // advice to programmers
        expect(stdout).not.toContain('(certificate of'); // the chain shows it
        expect(stdout).toMatch(/^ +(?:└─ )?CN=\S.* ✗$/m);
        expect((failure as { remedy: string }).remedy.includes('--ca')).toBe(remedy.startsWith('--ca')); // prettier-ignore
      });
    },
  );

  it('names once what only the strict rules reject, and --legacy, which passes over them', async () => {
    const authority = await createAuthority({ name: 'loose root', keyUsage: false });
    const { certPem: cert, keyPem: key } = await authority.issue({
      commonName: 'localhost',
      dns: ['localhost'],
    });
    const root = await folder.write('loose.pem', authority.certPem);
    await serving({ cert, key }, async (port) => {
      const { code, stdout } = await run([`localhost:${port}`, '--ca', root]);
      expect(code).toBe(1);
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
        'the strict rules of RFC 5280 reject "loose root" (CA cert does not include key usage extension) Have it',
      );
      expect(stdout.match(/key\s+usage\s+extension/g)).toHaveLength(1);
      expect(stdout).toMatch(/--legacy\s+passes\s+over\s+these\s+rules/);
      const passed = await json(`localhost:${port}`, '--ca', root, '--legacy');
      expect(passed).toMatchObject({ code: 0, verified: true });
    });
  });

  it('loads a client’s certificate from --pfx, with the password of --passfile', async (context) => {
    skipUnless(context, 'openssl');
    const { certPem, keyPem } = pki.client;
    const [cert, key] = [await folder.write('p.pem', certPem), await folder.write('p-key.pem', keyPem)]; // prettier-ignore
    const [pfx, passfile] = [folder.join('client.p12'), await folder.write('pass.txt', 'secret\n')];
    await promisify(execFile)(peerPath('openssl'), ['pkcs12', '-export', '-in', cert, '-inkey', key, '-out', pfx, '-passout', 'pass:secret']); // prettier-ignore
    const options = { requestCert: true, rejectUnauthorized: true, ca: pki.caPem };
    await serving(options, async (port) => {
      const args = [`localhost:${port}`, '--ca', ca, '--pfx', pfx];
      expect(await json(...args, '--passfile', passfile)).toMatchObject({
        code: 0,
        verified: true,
      });
      const wrong = await run([...args, '--passfile', cert]);
      expect([wrong.code, wrong.stdout]).toEqual([2, '']);
      expect(wrong.stderr).toContain('client.p12');
    });
  });

  it('matches the name of --servername', async () => {
    const { certPem: cert, keyPem: key } = pki.example;
    await serving({ cert, key }, async (port) => {
      expect(await json(`127.0.0.1:${port}`, '--ca', ca)).toMatchObject({ code: 1, failure: { verifyCode: 64 } }); // prettier-ignore
      const args = [`127.0.0.1:${port}`, '--ca', ca, '--servername', 'example.com'];
      expect(await json(...args)).toMatchObject({ code: 0, verified: true });
    });
  });

  it('shows a client’s certificate, and names the options when a server wants one', async () => {
    const options = { requestCert: true, rejectUnauthorized: true, ca: pki.caPem };
    const cert = await folder.write('client.pem', pki.client.certPem);
    const key = await folder.write('client-key.pem', pki.client.keyPem);
    await serving(options, async (port) => {
      for (const version of ['1.2', '1.3']) {
        const args = [`localhost:${port}`, '--ca', ca, '--tls', version];
        expect((await json(...args, '--cert', cert, '--key', key))['code']).toBe(0);
        const { code, stdout } = await run(args);
        expect([version, code]).toEqual([version, 3]);
        expect(stdout).toContain('--cert');
      }
    });
  });

  it('connects to an old server with --legacy only', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
    await serving(old, async (port) => {
      const target = `localhost:${port}`;
      const { code, stdout } = await run([target, '--ca', ca]);
      expect(code).toBe(3);
      expect(stdout).toContain('--legacy');
      expect(await json(target, '--ca', ca, '--legacy')).toMatchObject({
        code: 0,
        agreed: { protocol: 'TLSv1.1' },
      });
      const refused = await run([target, '--tls', '1.1']);
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toContain('needs --legacy');
    });
  });

  it('names the remedy when there is no connection', async () => {
    const port = await freePort();
    expect((await run([`localhost:${port}`])).stdout).toContain('No program listens on this port');
    const http = createClearServer((socket) => socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n')); // prettier-ignore
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const clear = await run([`localhost:${(http.address() as AddressInfo).port}`]);
    http.close();
    expect(clear.code).toBe(3);
    expect(clear.stdout).toContain('--starttls');
  });

  it('stops after --timeout', async () => {
    const silent = createClearServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const outcomes = await Promise.all([
      json(`localhost:${port}`, '--timeout', '1'),
      json(`localhost:${port}`, '--timeout', '1', '--starttls', 'smtp'),
    ]);
    silent.close();
    const remedies = outcomes.map(({ failure }) => (failure as { remedy: string }).remedy);
    expect(remedies[0]).toContain('waits for clear text first: --starttls');
    expect(remedies[1]).toContain('expects TLS at once: leave --starttls out');
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ code: 3, failure: { code: 'ETIMEDOUT' } });
  });

  it('prints the chain that was sent as PEM', async () => {
    const { code, stdout } = await serving({}, (port) => run([`localhost:${port}`, '--ca', ca, '--pem'])); // prettier-ignore
    expect(code).toBe(0);
    expect(stdout).toBe(pki.localhostBelowIntermediate.chainPem.replaceAll(/\n+(?=-----BEGIN|$)/g, '\n')); // prettier-ignore
  });

  it('talks over standard input and output with -', async () => {
    const { code, stdout, stderr } = await serving({}, (port) =>
      run([`localhost:${port}`, '-', '--ca', ca], 'hello\n'),
    );
    expect([code, stdout]).toEqual([0, 'hello\n']);
    expect(stderr).toContain('✓ verified');
  });

  it.each([
    [['a:b:c']],
    [['localhost:0']],
    [[]],
    [['localhost', 'more']],
    [['localhost', '--pem', '--json']],
    [['localhost', '--starttls', 'http']],
    [['localhost', '--key', 'x']],
    [['localhost', '--ca', '/nonexistent']],
  ])('refuses %j with exit code 2', async (args) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Try hermetic-ssl connect --help.');
  });
});

describe.concurrent('hermetic-ssl connect --starttls', () => {
  const { chainPem, keyPem } = pki.localhostRsa;

  it.for(PROTOCOLS)('%s, with a real server', { timeout: 120_000 }, async (protocol, context) => {
    const reason = whyNot(protocol);
    if (reason !== null) context.skip(reason);
    const server = await startServer(protocol, { chainPem, keyPem, caPem: pki.caPem });
    try {
      const args = ['--starttls', protocol, '--ca', ca];
      expect(await json(`localhost:${server.port}`, ...args)).toMatchObject({
        code: 0,
        verified: true,
        failure: null,
        phases: [
          { name: 'lookup' },
          { name: 'connect' },
          { name: 'starttls' },
          { name: 'handshake' },
        ],
      });
    } finally {
      await server.close();
    }
  });

  it.each([
    ['smtp', '220 ready\r\n250 nothing\r\n', 'does not offer STARTTLS'],
    ['smtp', '554 go\u001b[31m away\r\n', '554 go\ufffd[31m away'],
    ['imap', '* OK ready\r\na1 NO not today\r\n', 'a1 NO not today'],
    ['pop3', '+OK ready\r\n-ERR no\r\n', '-ERR no'],
    ['ftp', '220 ready\r\n530 no\r\n', '530 no'],
    ['postgres', 'N', 'ssl = off'],
    ['imap', '* OK ready\r\na1 OK go\r\n* injected\r\n', 'clear text after'],
  ])('%s reports a server that answers %j', async (protocol, answer, message) => {
    const server = createClearServer((socket) => socket.on('error', () => undefined).write(answer, 'utf8')); // prettier-ignore
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const outcome = await json(`localhost:${port}`, '--starttls', protocol);
    server.close();
    expect(outcome).toMatchObject({ code: 3, failure: { code: 'ERR_STARTTLS' } });
    expect((outcome['failure'] as { message: string }).message).toContain(message);
  });
});
