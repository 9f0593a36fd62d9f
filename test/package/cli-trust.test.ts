// hermetic-ssl trust as a user runs it: a child process, with a bundle of the test's own and servers on this machine.
import { createServer as createTlsServer, type Server } from 'node:tls';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Child } from '../helpers/child.js';
import { createAuthority, daysFromNow, type IssuedCertificate } from '../helpers/certificates.js';
import { freePort } from '../helpers/free-port.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';
import { trustedPem } from '../helpers/trusted-pem.js';

const program = path.resolve(import.meta.dirname, '../../dist/cli/main.js');
const pki = await testPki();
const { root, intermediate, strangerAuthority, localhost } = pki;
const folder = await TempDirectory.create();
afterAll(() => folder.close());

const [old, soon, mail, distrusted] = await Promise.all([
  createAuthority({ name: 'old root', notBefore: daysFromNow(-9), notAfter: daysFromNow(-2) }),
  createAuthority({ name: 'soon root', notAfter: daysFromNow(20) }),
  createAuthority({ name: 'mail root' }),
  createAuthority({ name: 'distrusted', parent: root }),
]);
const hostile = await createAuthority({ name: 'escape \u001b[31m root' });
const bundle = await folder.write(
  'bundle.pem',
  [
    root.certPem,
    old.certPem,
    soon.certPem,
    trustedPem(mail, { trust: ['emailProtection'] }),
    trustedPem(distrusted, { reject: ['anyExtendedKeyUsage'] }),
    hostile.certPem,
  ].join(''),
);

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}
async function run(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const settings = { SSL_CERT_FILE: bundle, ...env };
  const child = Child.start(process.execPath, [program, 'trust', ...args], settings);
  const { code } = await child.finish(30_000);
  return { code, stdout: child.stdout, stderr: child.stderr };
}
const lineOf = (text: string, part: string): string =>
  text.split('\n').find((line) => line.includes(part)) ?? '';

describe('hermetic-ssl trust', () => {
  it('prints a table of what is trusted and distrusted, with what expires', async () => {
    const { code, stdout, stderr } = await run([]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')[0]).toMatch(/^subject +purposes +expires +source$/);
    expect(lineOf(stdout, 'test root')).toMatch(/ all +\d{4}-\d\d-\d\d +\/.*bundle\.pem$/);
    expect(lineOf(stdout, 'mail root')).toMatch(/ email +\d{4}-/);
    expect(lineOf(stdout, 'old root')).toMatch(/-\d\d expired +\//);
    expect(lineOf(stdout, 'soon root')).toMatch(/-\d\d soon +\//);
    expect(stdout).toMatch(/^distrusted +distrusted +\d{4}-/m);
    expect(stdout).toContain(
      '6 certificates, 1 of them distrusted; 1 expired, 1 to expire within 90 days',
    );
  });

  it('lets no certificate write to the terminal', async () => {
    const { stdout } = await run([]);
    expect(stdout).toContain('escape \ufffd[31m root');
    expect(stdout).not.toContain('\u001b');
  });

  it('takes the purpose and the days', async () => {
    const { stdout } = await run(['--purpose', 'server', '--soon', '10']);
    expect(stdout).not.toContain('mail root');
    expect(stdout).toContain('4 certificates, 0 of them distrusted; 1 expired, 0 to expire within 10 days'); // prettier-ignore
  });

  it('gives one JSON document', async () => {
    const { certificates, places } = JSON.parse((await run(['--json'])).stdout) as {
      certificates: Record<string, unknown>[];
      places: { searched: string[] };
    };
    expect(places.searched).toEqual([`SSL_CERT_FILE=${bundle}`]);
    expect(certificates).toHaveLength(6);
    expect(certificates.find(({ subject }) => subject === 'CN=mail root, O=hermetic-ssl tests')).toEqual({
      subject: 'CN=mail root, O=hermetic-ssl tests',
      issuer: 'CN=mail root, O=hermetic-ssl tests',
      serialNumber: mail.certificate.serialNumber,
      source: bundle,
      isAnchor: true,
      trustedFor: ['1.3.6.1.5.5.7.3.4'],
      distrustedFor: [],
      distrustedAfter: null,
      notBefore: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.000Z$/) as string,
      notAfter: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.000Z$/) as string,
      expiry: 'valid',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    }); // prettier-ignore
  });

  it('gives a PEM bundle of what servers may be verified with, which others can use', async () => {
    const { stdout } = await run(['--pem']);
    expect(stdout.match(/BEGIN CERTIFICATE/g)).toHaveLength(4);
    expect(stdout).toContain(root.certPem);
    expect(stdout).not.toContain(mail.certPem);
    const file = await folder.write('again.pem', stdout);
    const again = await run(['--json'], { SSL_CERT_FILE: file });
    expect((JSON.parse(again.stdout) as { certificates: [] }).certificates).toHaveLength(4);
  });

  it('fails, and says where it looked, when nothing is trusted', async () => {
    const empty = await folder.write('empty.pem', 'nothing\n');
    const { code, stdout, stderr } = await run([], { SSL_CERT_FILE: empty });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`no trusted certificate was found; looked for SSL_CERT_FILE=${empty}`);
  });

  it('explains itself with --help, and refuses what it does not know', async () => {
    const help = await run(['--help']);
    expect([help.code, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toContain('usage: hermetic-ssl trust');
    for (const args of [
      ['--loud'],
      ['more'],
      ['--purpose', 'mail'],
      ['--soon', 'never'],
      ['--json', '--pem'],
      ['--verify', 'x', '--pem'],
      ['--verify', 'x', '--purpose', 'server'],
    ]) {
      const { code, stdout, stderr } = await run(args);
      expect([args, code, stdout]).toEqual([args, 2, '']);
      expect(stderr).toContain('--help');
    }
  });
});

/** A server of node:tls on this machine that sends this chain. */
async function serve(chain: string, key: IssuedCertificate): Promise<number> {
  const server = createTlsServer({ cert: chain, key: key.keyPem });
  servers.push(server);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { port: number }).port;
}
const servers: Server[] = [];
afterAll(() => servers.forEach((server) => server.close()));

const verify = (target: string, env: Record<string, string> = {}): Promise<Ran> =>
  run(['--verify', target], env);

describe('hermetic-ssl trust --verify', () => {
  let twin: { certPem: string };
  beforeAll(async () => {
    twin = await createAuthority({ name: 'test root', keyLabel: 'another key of that name' });
  });

  it('names the root that anchors the chain of a server', async () => {
    const { localhostBelowIntermediate: leaf } = pki;
    const port = await serve(leaf.chainPem, leaf);
    const { code, stdout } = await verify(`localhost:${port}`);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      `localhost:${port}: verified`,
      expect.stringMatching(/^ {2}0 {2}CN=localhost, until \d{4}-\d\d-\d\d$/),
      expect.stringMatching(/^ {2}1 {2}CN=test intermediate, O=hermetic-ssl tests, until /),
      expect.stringMatching(/^ {2}2 {2}CN=test root, O=hermetic-ssl tests, until /),
      'anchored by CN=test root, O=hermetic-ssl tests',
      `  of ${bundle}, trusted for: all`,
      '',
    ]);
    expect((await verify(`127.0.0.1:${port}`)).code).toBe(0);
  });

  it('gives the same as JSON', async () => {
    const port = await serve(localhost.chainPem, localhost);
    const { stdout } = await run(['--verify', `localhost:${port}`, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      target: `localhost:${port}`,
      verified: true,
      verifyCode: 0,
      explanation: '',
      anchor: { subject: 'CN=test root, O=hermetic-ssl tests', source: bundle, purposes: 'all' },
      presented: [{ subject: 'CN=localhost', issuer: 'CN=test root, O=hermetic-ssl tests' }],
      chain: [{}, { subject: 'CN=test root, O=hermetic-ssl tests' }],
    });
  });

  it.each<[what: string, chain: () => IssuedCertificate, code: number, explanation: RegExp]>([
    ['is of nobody who is trusted', () => pki.stranger, 20, /No certificate named "CN=stranger root, .*" is trusted here.*SSL_CERT_FILE/],
    ['signed itself', () => pki.selfSigned, 18, /It signed itself, and is not trusted here/],
    ['has expired', () => pki.expired, 10, /"CN=localhost" expired at \d{4}-.*clock says/],
    ['is not valid yet', () => pki.notYetValid, 9, /"CN=localhost" is not valid before \d{4}-/],
    ['is for another host', () => pki.example, 62, /It is for example\.com, www\.example\.com\./],
  ])('says why the chain of a server that %s does not verify', async (_what, chain, expected, explanation) => {
    const leaf = chain();
    const port = await serve(leaf.chainPem, leaf);
    const { code, stdout } = await verify(`localhost:${port}`);
    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`^localhost:${port}: not verified: .* \\(${expected}\\)`));
    expect(stdout).toMatch(explanation);
    expect(stdout).not.toContain('anchored');
  }); // prettier-ignore

  it.each([
    ['a distrusted intermediate', () => distrusted, 28, /"CN=distrusted, .*" is distrusted by .*bundle/],
    ['a root for mail only', () => mail, 20, /"CN=mail root, .*" of .* is trusted for other purposes only: email/],
    ['an expired root', () => old, 10, /"CN=old root, .*" expired at/],
    ['a missing intermediate', () => intermediate, 20, /No certificate named "CN=test intermediate, .*" is trusted here or was sent along/],
  ])('says why a chain by %s does not verify', async (what, issuer, expected, explanation) => {
    const leaf = await issuer().issue({ commonName: 'localhost', dns: ['localhost'] });
    const chain = what === 'a missing intermediate' ? leaf.certPem : leaf.chainPem;
    const { code, stdout } = await verify(`localhost:${await serve(chain, leaf)}`);
    expect(code).toBe(1);
    expect(stdout).toContain(`(${expected})`);
    expect(stdout).toMatch(explanation);
  }); // prettier-ignore

  it('recognises a root of the same name with another key, and a root that is only sent along', async () => {
    const port = await serve(localhost.chainPem, localhost);
    const SSL_CERT_FILE = await folder.write('twin.pem', twin.certPem);
    const { stdout } = await verify(`localhost:${port}`, { SSL_CERT_FILE });
    expect(stdout).toMatch(/"CN=test root, .*" of .*twin\.pem has another key/);
    const sent = await serve(pki.stranger.chainPem + strangerAuthority.certPem, pki.stranger);
    const along = await verify(`localhost:${sent}`);
    expect(along.stdout).toMatch(/The chain ends in "CN=stranger root, .*", which is sent along but not trusted/); // prettier-ignore
    const none = await folder.write('none.pem', '');
    const nothing = await verify(`localhost:${port}`, { SSL_CERT_FILE: none });
    expect(nothing.stdout).toContain('This machine does not trust any certificate.');
  });

  it('reads a chain from a file, PEM or DER, whatever it is for', async () => {
    const { localhostBelowIntermediate: leaf } = pki;
    const files = await folder.writeFiles({
      'chain.pem': `some text\n${leaf.chainPem}`,
      'leaf.der': localhost.certDer,
      'root.crt': root.certPem,
      'trusted.pem': trustedPem(root, { reject: ['serverAuth'] }),
      'stranger.pem': pki.stranger.certPem,
      'windows.pem': `\ufeff${leaf.chainPem.replaceAll('\n', '\r\n')}`,
    });
    for (const name of [
      'chain.pem',
      'leaf.der',
      'root.crt',
      'trusted.pem',
      'windows.pem',
    ] as const) {
      const { code, stdout } = await verify(files[name]);
      expect([name, code]).toEqual([name, 0]);
      expect(stdout).toContain('anchored by CN=test root');
    }
    expect((await verify(files['stranger.pem'])).code).toBe(1);
  });

  it('fails with exit code 2 for what cannot be asked', async () => {
    const text = await folder.write('text.txt', 'no certificate\n');
    writeFileSync(folder.join('cut.der'), localhost.certDer.subarray(0, 100));
    const port = await freePort();
    for (const [target, cause] of [
      [text, 'holds no certificate'],
      [folder.join('cut.der'), 'it is cut short: 100 bytes of'],
      [await folder.write('key.pem', localhost.keyPem), 'holds no certificate but a private key'],
      [
        await folder.write('indented.pem', localhost.certPem.replaceAll(/^/gm, '  ')),
        'is indented',
      ],
      [await folder.write('page.html', '<!doctype html>'), 'is HTML'],
      ['/nonexistent/file.pem', 'ENOENT'],
      [`localhost:${port}`, 'ECONNREFUSED'],
      ['chain.invalid', "neither a file nor a server named 'chain.invalid' was found"],
      ['two words:and:more', 'neither a file nor HOST[:PORT]'],
      ['host:99999', 'neither a file nor HOST[:PORT]'],
    ] as const) {
      const { code, stderr } = await verify(target);
      expect([target, code]).toEqual([target, 2]);
      expect(stderr).toContain(cause);
    }
  });
});
