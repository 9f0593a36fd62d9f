/**
 * Checks the test helpers themselves: the certificates they make against the openssl program, the table of host names and
 * the co-process against Python. How the peers get on with each other is in helpers-peers.test.ts.
 */
import { createHash, pbkdf2Sync, X509Certificate } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  createAuthority,
  createSelfSigned,
  daysFromNow,
  type Authority,
  type IssuedCertificate,
  type KeyKind,
} from '../helpers/certificates.js';
import { Child } from '../helpers/child.js';
import { Cleanup } from '../helpers/cleanup.js';
import { eventually } from '../helpers/collect.js';
import { freePort } from '../helpers/free-port.js';
import { certificateFor, hostnameCases } from '../helpers/hostname-cases.js';
import { cleanEnv, describePeer, hasPeer, peerPath, skipUnless } from '../helpers/peers.js';
import { Python, PythonError, runPython } from '../helpers/python.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki, type TestPki } from '../helpers/test-pki.js';

const cleanup = new Cleanup();
let pki: TestPki;
let python: Python;

beforeAll(async () => {
  pki = await testPki();
  if (hasPeer('python3')) python = cleanup.add(await Python.start());
});
afterAll(() => cleanup.run());

async function openssl(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = Child.start(peerPath('openssl'), args);
  const { code } = await child.finish();
  return { code, output: child.stdout + child.stderr };
}

async function verify(
  leaf: IssuedCertificate,
  authority: Authority,
  ...flags: string[]
): Promise<string> {
  const folder = cleanup.add(await TempDirectory.create());
  const chain = await folder.write('chain.pem', leaf.chainPem);
  const { output } = await openssl(
    'verify',
    ...flags,
    '-CAfile',
    await folder.write('ca.pem', authority.rootPem),
    '-untrusted',
    chain,
    chain,
  );
  return output;
}

async function printed(pem: string, program = 'x509'): Promise<string> {
  const folder = cleanup.add(await TempDirectory.create());
  return (await openssl(program, '-noout', '-text', '-in', await folder.write('file.pem', pem)))
    .output;
}

describe('certificate factory', () => {
  const kinds: KeyKind[] = ['rsa2048', 'ecdsa-p256', 'ecdsa-p384', 'ed25519'];

  it.each(kinds)('makes chains of %s keys that pass X509_STRICT', async (key) => {
    const root = await createAuthority({ name: 'root', key, keyLabel: 'root' });
    const middle = await createAuthority({ name: 'middle', key, keyLabel: 'middle', parent: root });
    const leaf = await middle.issue({
      commonName: 'leaf',
      dns: ['leaf.example'],
      key,
      keyLabel: 'leaf',
    });
    expect(new X509Certificate(leaf.certPem).checkIssued(new X509Certificate(middle.certPem))).toBe(
      true,
    );
    expect(leaf.chainPem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    if (hasPeer('openssl'))
      expect(
        await verify(
          leaf,
          root,
          '-x509_strict',
          '-purpose',
          'sslserver',
          '-verify_hostname',
          'leaf.example',
        ),
      ).toMatch(/: OK\n$/);
  });

  it('makes a standard set that passes X509_STRICT', async (test) => {
    skipUnless(test, 'openssl');
    const good = [
      pki.localhost,
      pki.localhostRsa,
      pki.localhostBelowIntermediate,
      pki.example,
      pki.wildcard,
      pki.idn,
      pki.allNames,
      pki.embeddedNul,
      pki.noSan,
      pki.client,
      pki.clientRsa,
    ];
    for (const leaf of good)
      expect(await verify(leaf, pki.root, '-x509_strict')).toMatch(/: OK\n$/);
  });

  it('makes bad certificates that fail for the one reason intended', async (test) => {
    skipUnless(test, 'openssl');
    const { root } = pki;
    expect(await verify(pki.expired, root)).toContain('error 10 ');
    expect(await verify(pki.notYetValid, root)).toContain('error 9 ');
    expect(await verify(pki.selfSigned, root)).toContain('error 18 ');
    expect(await verify(pki.stranger, root)).toContain('error 20 ');
    expect(await verify(pki.client, root, '-purpose', 'sslserver')).toContain('error 26 ');
    const noAki = await root.issue({
      commonName: 'x',
      dns: ['x.example'],
      authorityKeyIdentifier: false,
    });
    expect(await verify(noAki, root)).toMatch(/: OK\n$/);
    expect(await verify(noAki, root, '-x509_strict')).toContain('error 85 ');
  });

  it.for([
    ['basic constraints that are not critical', { basicConstraints: { critical: false } }, 89],
    ['no subject key identifier', { subjectKeyIdentifier: false }, 86],
    ['no key usage', { keyUsage: false }, 92],
  ] as const)(
    'makes an authority with %s, which only X509_STRICT refuses',
    async ([_what, options, code], test) => {
      skipUnless(test, 'openssl');
      const parent = await createAuthority({ name: 'sloppy root', ...options });
      const leaf = await parent.issue({ commonName: 'x', dns: ['x.example'] });
      expect(await verify(leaf, parent)).toMatch(/: OK\n$/);
      expect(await verify(leaf, parent, '-x509_strict')).toContain(`error ${code} `);
    },
  );

  it('writes every kind of name and address extension', async (test) => {
    skipUnless(test, 'openssl');
    const text = await printed(pki.allNames.certPem);
    for (const part of [
      'DNS:www.example.org',
      'IP Address:127.0.0.1',
      'IP Address:2001:DB8:0:0:0:0:0:1',
      'email:user@example.org',
      'URI:https://www.example.org/path',
      'Registered ID:1.2.3.4.5',
      'othername',
      'OCSP - URI:http://ocsp.example.org/',
      'CA Issuers - URI:http://ca.example.org/ca.der',
      'URI:http://ca.example.org/ca.crl',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toMatch(/DirName:.*C ?= ?XY.*L ?= ?Somewhere/);
  });

  it('keeps embedded NULs and odd distribution points, as Python decodes them', async (test) => {
    skipUnless(test, 'python3');
    const nul = await python.call<{ subjectAltName: string[][] }>('ssl.decode_certificate', {
      pem: pki.embeddedNul.certPem,
    });
    expect(nul.subjectAltName).toContainEqual(['DNS', 'alt.example.org\0example.com']);
    const odd = await pki.root.issue({
      commonName: 'odd',
      dns: ['odd.example'],
      crlDistributionPoints: [null],
    });
    const decoded = await python.call<object>('ssl.decode_certificate', { pem: odd.certPem });
    expect(decoded).not.toHaveProperty('crlDistributionPoints');
  });

  it('makes subjects of several attributes, serial numbers and bare certificates as requested', async (test) => {
    skipUnless(test, 'openssl');
    const subject = [
      ['C', 'XY'],
      [
        ['O', 'Org'],
        ['OU', 'Unit'],
      ],
      ['CN', 'könig'],
    ] as const;
    const leaf = await pki.root.issue({
      subject,
      serialNumber: 'CB2D80995A69525B',
      noExtensions: true,
      key: 'ecdsa-p256',
    });
    const text = await printed(leaf.certPem);
    expect(leaf.serialNumber).toMatch(/^(00)?CB2D80995A69525B$/);
    expect(text).toMatch(/Serial Number:\s+(cb:2d:80:99:5a:69:52:5b|14640[0-9]+)/i);
    expect(text).toMatch(/O ?= ?Org ?\+ ?OU ?= ?Unit/);
    expect(await verify(leaf, pki.root)).toMatch(/: OK\n$/);
  });

  it('exports keys that openssl reads, with and without a password', async (test) => {
    skipUnless(test, 'openssl');
    const folder = cleanup.add(await TempDirectory.create());
    for (const { key } of [pki.localhostRsa, pki.localhost]) {
      const forms = {
        plain: key.keyPem,
        old: key.traditionalKeyPem ?? '',
        locked: key.encryptedKeyPem('secret'),
        oldLocked: key.encryptedTraditionalKeyPem('secret') ?? '',
      };
      for (const path of Object.values(await folder.writeFiles(forms))) {
        const { output } = await openssl('pkey', '-in', path, '-passin', 'pass:secret', '-pubout');
        expect(output).toBe(key.publicKeyPem);
      }
      expect(
        (await openssl('pkey', '-in', folder.join('locked'), '-passin', 'pass:wrong')).code,
      ).not.toBe(0);
    }
  });

  it('makes CRLs that revoke', async (test) => {
    skipUnless(test, 'openssl');
    const folder = cleanup.add(await TempDirectory.create());
    for (const [revoked, outcome] of [
      [[], ': OK'],
      [[pki.example], 'error 23 '],
    ] as const) {
      const crl = await pki.root.crl({ revoked });
      expect(await printed(crl, 'crl')).toContain('test root');
      expect(
        await verify(
          pki.example,
          pki.root,
          '-x509_strict',
          '-crl_check',
          '-CRLfile',
          await folder.write('crl.pem', crl),
        ),
      ).toContain(outcome);
    }
    expect(await verify(pki.example, pki.root, '-crl_check')).toContain('error 3 ');
    const stale = await folder.write(
      'stale.pem',
      await pki.root.crl({ thisUpdate: daysFromNow(-9), nextUpdate: daysFromNow(-1) }),
    );
    expect(await verify(pki.example, pki.root, '-crl_check', '-CRLfile', stale)).toContain(
      'error 12 ',
    );
  });

  it('shares keys by label and makes new ones without', async () => {
    const [a, b, c] = await Promise.all(
      [{ keyLabel: 'shared' }, { keyLabel: 'shared' }, {}].map((options) =>
        createSelfSigned({ commonName: 'k', ...options }),
      ),
    );
    expect(a?.keyPem).toBe(b?.keyPem);
    expect(a?.keyPem).not.toBe(c?.keyPem);
  });
});

describe('python peer', () => {
  it('computes what node:crypto computes', async (test) => {
    skipUnless(test, 'python3');
    const data = Buffer.from([0, 1, 2, 255]);
    const [sha256, derived, wrong] = await python.batch([
      ['hashlib.new', { name: 'sha256', data }],
      [
        'hashlib.pbkdf2_hmac',
        { hash_name: 'sha512', password: data, salt: data, iterations: 3, dklen: 100 },
      ],
      ['hashlib.new', { name: 'nonsense' }],
    ]);
    expect(sha256).toEqual(createHash('sha256').update(data).digest());
    expect(derived).toEqual(pbkdf2Sync(data, data, 3, 100, 'sha512'));
    expect(wrong).toMatchObject({ name: 'PythonError', kind: 'ValueError' });
  });

  it('raises exceptions as PythonError and runs snippets', async (test) => {
    skipUnless(test, 'python3');
    await expect(python.call('hmac.compare_digest', { a: 'ä', b: 'ä' })).rejects.toThrow(
      PythonError,
    );
    await expect(
      runPython('def main(input):\n    return [input["n"] * 2, b"\\0"]', { n: 21 }),
    ).resolves.toEqual([42, Buffer.from([0])]);
    const { guaranteed } = await python.call<{ guaranteed: string[] }>('hashlib.algorithms');
    expect(guaranteed).toContain('sha3_512');
  });

  it.for(hostnameCases())('agrees with the table: $name', async (row, test) => {
    skipUnless(test, 'python3');
    const identity = await certificateFor(row, pki.root);
    const { hostnameChecksCommonName } = row;
    const { verifyCode } = await python.matchHostname({
      identity,
      ca: pki.caPem,
      target: row.target,
      hostnameChecksCommonName,
      verifyFlags: 0x20,
    });
    expect(verifyCode).toBe(row.expected === 'ok' ? 0 : row.expected);
  });
});

describe('small helpers', () => {
  it('describe peers, and skip by name', () => {
    const reasons: (string | undefined)[] = [];
    for (const name of ['nginx', 'strace', 'nm', 'readelf'] as const) {
      const peer = describePeer(name);
      skipUnless({ skip: (reason?: string) => reasons.push(reason) }, name);
      if (peer) expect(peer.version).not.toBe('');
      else expect(reasons.at(-1)).toContain(`needs ${name}`);
    }
  });

  it('keep settings that change whom a peer trusts away from it', () => {
    const before = process.env['SSL_CERT_FILE'];
    process.env['SSL_CERT_FILE'] = '/somewhere/ca.pem';
    expect(cleanEnv({ EXTRA: '1' })).not.toHaveProperty('SSL_CERT_FILE');
    expect(cleanEnv({ EXTRA: '1' })).toHaveProperty('EXTRA', '1');
    if (before === undefined) delete process.env['SSL_CERT_FILE'];
    else process.env['SSL_CERT_FILE'] = before;
  });

  it('give free ports, end children, remove directories', async () => {
    expect(await freePort()).toBeGreaterThan(0);
    const child = Child.start(process.execPath, [
      '-e',
      'setInterval(() => {}, 1000); console.log("up")',
    ]);
    await child.waitFor(/up/);
    await child.close();
    expect(await child.exit).toMatchObject({ signal: 'SIGTERM' });
    await expect(eventually(() => false, { timeout: 30, what: 'never' })).rejects.toThrow('never');
  });
});
