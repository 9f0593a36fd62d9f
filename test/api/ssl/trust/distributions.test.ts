// The trust stores of distributions in their layouts: made by the test in an empty system, and by Debian's own programs
// (ca-certificates, p11-kit). The certificates that this machine trusts are compared with those that Python loads and
// with the places that Go looks at.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { serverContext } from '../../../helpers/contexts.js';
import { emptySystem } from '../../../helpers/empty-system.js';
import { makePair, tryHandshake } from '../../../helpers/make-pair.js';
import { cleanEnv, peerPath, skipUnless } from '../../../helpers/peers.js';
import { moduleAnswer } from '../../../helpers/run-module.js';
import { subjectHash } from '../../../helpers/subject-hash.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';
import { withTrust } from '../../../helpers/trust-environment.js';
import { trustedPem } from '../../../helpers/trusted-pem.js';

const { root, intermediate, strangerAuthority, localhost, localhostBelowIntermediate, stranger } =
  await testPki();
const folder = await TempDirectory.create();
afterAll(() => folder.close());
await folder.writeFiles({
  'localhost.pem': localhost.keyPem + localhost.certPem,
  'below.pem': localhostBelowIntermediate.keyPem + localhostBelowIntermediate.chainPem,
  'stranger.pem': stranger.keyPem + stranger.certPem,
});
const hash = subjectHash('test root');
const hashed = folder.join('hashed');
await folder.write(`hashed/${hash}.0`, root.certPem);
mkdirSync(folder.join('root'));
const system = emptySystem(folder.join('root'));

/** In the empty system: files to be made there, an outcome for each server, and what was loaded beforehand. */
const PRELUDE = `
  import { execFileSync } from 'node:child_process';
  import fs from 'node:fs';
  import path from 'node:path';
  import * as ssl from 'hermetic-ssl/ssl';
  const { root, twoRoots } = ${JSON.stringify({ root: root.certPem, twoRoots: root.certPem + strangerAuthority.certPem })};
  const write = (place, text) => {
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.writeFileSync(place, text);
  };
  const load = () => ssl.createDefaultContext();
  const count = () => load().certStoreStats().x509;
  const print = (value) => console.log(JSON.stringify(value));
  function outcome(identity, context = load()) {
    const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    server.loadCertChain(${JSON.stringify(folder.path)} + '/' + identity + '.pem');
    const [a, b] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
    const ends = [context.wrapBio(a, b, { serverHostname: 'localhost' }), server.wrapBio(b, a, { serverSide: true })];
    for (let i = 0; i < 6; i++) {
      try { ends[i % 2].doHandshake(); } catch (error) {
        if (error instanceof ssl.SSLCertVerificationError) return error.verifyCode;
        if (!(error instanceof ssl.SSLWantReadError)) throw error;
      }
    }
    return 'verified';
  }`;
const probe = (code: string): Promise<unknown> =>
  moduleAnswer(PRELUDE + code, { prefix: system.prefix });

/** By preference, lowest first, so that each new one has to take precedence over the earlier ones. */
const BUNDLES = [
  '/system/etc/security/cacerts.pem',
  '/data/data/com.termux/files/usr/etc/tls/cert.pem',
  '/etc/ssl/cacert.pem',
  '/etc/certs/ca-certificates.crt',
  '/etc/openssl/certs/ca-certificates.crt',
  '/usr/local/share/certs/ca-root-nss.crt',
  '/usr/local/etc/ssl/cert.pem',
  '/opt/etc/ssl/certs/ca-certificates.crt',
  '/usr/share/ca-certificates/ca-bundle.crt',
  '/run/current-system/profile/etc/ssl/certs/ca-certificates.crt',
  '/nix/var/nix/profiles/default/etc/ssl/certs/ca-bundle.crt',
  '/etc/ssl/certs/ca-bundle.crt',
  '/etc/pki/tls/cacert.pem',
  '/etc/ca-certificates/extracted/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
  '/var/lib/ca-certificates/ca-bundle.pem',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/certs/ca-certificates.crt',
];

describe.skipIf(!system.works)(
  'the places of the distributions (needs unshare, mount and chroot)',
  () => {
    it('are empty on an empty system', async () => {
      expect(await probe(`print([count(), outcome('localhost')])`)).toEqual([0, 20]);
    });

    it('are tried in order: the first bundle that exists is loaded, alone', async () => {
      const code = `
        const seen = [];
        for (const place of ${JSON.stringify(BUNDLES)}) {
          write(place, twoRoots);
          seen.push([count(), ssl.getDefaultVerifyPaths().cafile]);
          write(place, root);
          seen.push([count(), outcome('localhost')]);
        }
        print(seen);`;
      expect(await probe(code)).toEqual(
        BUNDLES.flatMap((place) => [[2, place], [1, 'verified']]), // prettier-ignore
      );
    });

    it.each([
      '/etc/ssl/certs',
      '/etc/pki/tls/certs',
      '/etc/ca-certificates/extracted/cadir',
      '/etc/pki/ca-trust/extracted/pem/directory-hash',
      '/var/lib/ca-certificates/openssl',
      '/usr/local/etc/openssl/certs',
      '/etc/openssl/certs',
    ])('fall back to the hashed directory %s, read when needed', async (place) => {
      const code = `
        fs.cpSync(${JSON.stringify(hashed)}, '${place}', { recursive: true });
        const context = load();
        const before = context.certStoreStats().x509;
        print([before, outcome('localhost', context), context.certStoreStats().x509]);`;
      expect(await probe(code)).toEqual([0, 'verified', 1]);
    });

    it('fall back to the next hashed directory when one is empty', async () => {
      const code = `
        fs.mkdirSync('/etc/ssl/certs', { recursive: true });
        const seen = [ssl.getDefaultVerifyPaths().capath, outcome('localhost')];
        fs.cpSync(${JSON.stringify(hashed)}, '/etc/pki/tls/certs', { recursive: true });
        print([...seen, ssl.getDefaultVerifyPaths().capath, outcome('localhost')]);`;
      expect(await probe(code)).toEqual(['/etc/ssl/certs', 20, '/etc/pki/tls/certs', 'verified']);
    });

    it.each(['/apex/com.android.conscrypt/cacerts', '/system/etc/security/cacerts'])(
      'fall back to the directory %s, whose names OpenSSL does not know',
      async (place) => {
        const code = `write('${place}/any name.0', root); print([count(), outcome('localhost')]);`;
        expect(await probe(code)).toEqual([1, 'verified']);
      },
    );

    it.each([
      '/etc/pki/ca-trust/extracted/openssl/ca-bundle.trust.crt',
      '/etc/ca-certificates/extracted/ca-bundle.trust.crt',
    ])('have what is distrusted in %s, and nothing else of it', async (place) => {
      const bundle =
        trustedPem(strangerAuthority, { trust: ['serverAuth'] }) +
        trustedPem(intermediate, { reject: ['serverAuth', 'emailProtection'] });
      const code = `
        write('/etc/ssl/certs/ca-certificates.crt', root);
        const before = outcome('below');
        write('${place}', ${JSON.stringify(bundle)});
        print([before, outcome('below'), outcome('localhost'), outcome('stranger'), count()]);`;
      expect(await probe(code)).toEqual(['verified', 28, 'verified', 20, 1]);
    });
  },
);

const hasTrust = spawnSync('trust', ['--help']).status === 0;

describe.skipIf(!system.works || !hasTrust)(
  'what p11-kit extracts (needs its program trust, unshare, mount and chroot)',
  () => {
    /** As update-ca-trust calls it, for Fedora's places. */
    const EXTRACT = `
      const input = '/etc/ssl/certs/ca-certificates.crt';
      write(input, ${JSON.stringify(
        trustedPem(root, { trust: ['serverAuth', 'emailProtection'] }) +
          trustedPem(strangerAuthority, { trust: ['emailProtection'] }) +
          trustedPem(intermediate, { reject: ['serverAuth', 'clientAuth'] }),
      )});
      const place = '/etc/pki/ca-trust/extracted';
      const extract = (format, filter, purpose, output) => {
        fs.mkdirSync(path.dirname(output), { recursive: true });
        const of = purpose === null ? [] : ['--purpose=' + purpose];
        const options = ['--format=' + format, '--filter=' + filter, ...of, '--overwrite', '--comment'];
        execFileSync('trust', ['extract', ...options, output], { stdio: ['ignore', 'ignore', 'ignore'] });
      };
      extract('openssl-bundle', 'certificates', null, place + '/openssl/ca-bundle.trust.crt');
      extract('pem-bundle', 'ca-anchors', 'server-auth', place + '/pem/tls-ca-bundle.pem');
      extract('pem-directory-hash', 'ca-anchors', 'server-auth', place + '/pem/directory-hash');
      extract('openssl-directory', 'certificates', null, '/var/lib/ca-certificates/openssl');
      fs.rmSync(input);
      const all = () => ['localhost', 'below', 'stranger'].map((name) => outcome(name));`;

    it('is trusted as Fedora lays it out', async () => {
      expect(await probe(`${EXTRACT} print([ssl.getDefaultVerifyPaths().cafile, count(), all()])`)).toEqual([
        '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
        1,
        ['verified', 28, 20],
      ]); // prettier-ignore
    });

    it('is trusted as its own bundle with purposes says', async () => {
      const code = `${EXTRACT}
        process.env.SSL_CERT_FILE = place + '/openssl/ca-bundle.trust.crt';
        const purposes = ssl.systemCertificates().map((it) => [
          it.subject.flat().at(-1)[1], it.trustedFor, it.distrustedFor.length > 1]);
        print([count(), all(), purposes]);`;
      const [server, mail] = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.4'];
      const [loaded, outcomes, purposes] = (await probe(code)) as [number, unknown[], unknown[]];
      expect([loaded, outcomes]).toEqual([1, ['verified', 28, 20]]);
      expect(purposes).toHaveLength(3);
      expect(purposes).toEqual(
        expect.arrayContaining([
          ['test root', expect.arrayContaining([server, mail]), false],
          ['stranger root', [mail], false],
          ['test intermediate', 'all', true],
        ]),
      );
    });

    it('is trusted as SUSE and as Fedora without a bundle have it, in hashed directories', async () => {
      const code = `${EXTRACT}
        fs.rmSync(place + '/pem/tls-ca-bundle.pem');
        const hashed = [ssl.getDefaultVerifyPaths().capath, all()];
        fs.rmSync('/etc/pki', { recursive: true });
        print([...hashed, ssl.getDefaultVerifyPaths().capath, all()]);`;
      expect(await probe(code)).toEqual([
        '/etc/pki/ca-trust/extracted/pem/directory-hash',
        ['verified', 28, 20],
        '/var/lib/ca-certificates/openssl',
        ['verified', 28, 28],
      ]);
    });
  },
);

const UPDATE = '/usr/sbin/update-ca-certificates';

describe.skipIf(process.platform !== 'linux' || !existsSync(UPDATE))(
  'what update-ca-certificates makes (needs Debian’s ca-certificates)',
  () => {
    const verify = (identity: typeof localhost): boolean =>
      tryHandshake(
        makePair({ client: ssl.createDefaultContext(), server: serverContext(identity) }),
      ).client === null;

    it('is trusted, with a root that was added and without one that was removed', async () => {
      const [name, etc] = [`debian${process.pid}`, folder.join('etc')];
      const at = (...parts: string[]): string => folder.join(name, ...parts);
      const update = (): void => {
        const places = ['--certsconf', at('conf'), '--certsdir', at('share'), '--localcertsdir', at('local')]; // prettier-ignore
        const more = ['--etccertsdir', etc, '--hooksdir', at('hooks')];
        const { status, stderr } = spawnSync(UPDATE, [...places, ...more], { encoding: 'utf8' });
        expect(stderr).not.toContain('ERROR');
        expect(status).toBe(0);
      };
      mkdirSync(etc);
      mkdirSync(at('hooks'), { recursive: true });
      mkdirSync(at('local'));
      await folder.write(`${name}/share/shipped/Stranger.crt`, strangerAuthority.certPem);
      await folder.write(`${name}/conf`, 'shipped/Stranger.crt\n');
      const outcomes = (): boolean[][] =>
        [{ SSL_CERT_FILE: path.join(etc, 'ca-certificates.crt') }, { SSL_CERT_DIR: etc }].map(
          (places) => withTrust(places, () => [verify(localhost), verify(stranger)]),
        );
      const both = (expected: boolean[]): boolean[][] => [expected, expected];
      update();
      expect(outcomes()).toEqual(both([false, true]));
      await folder.write(`${name}/local/Added.crt`, root.certPem);
      update();
      expect(outcomes()).toEqual(both([true, true]));
      await folder.write(`${name}/conf`, '!shipped/Stranger.crt\n');
      update();
      expect(outcomes()).toEqual(both([true, false]));
    });
  },
);

/** crypto/x509/root_linux.go: the first file that can be read, and everything in the directories. */
const GO_FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
const GO_DIRECTORIES = ['/etc/ssl/certs', '/etc/pki/tls/certs'];

const PEM_BLOCK = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;
const certificatesOf = (file: string): string[] =>
  [...readFileSync(file, 'latin1').matchAll(PEM_BLOCK)].map(([, text = '']) =>
    Buffer.from(text, 'base64').toString('base64'),
  );

function rootsOfGo(): { file: string; roots: Set<string> } | null {
  const file = GO_FILES.find((name) => existsSync(name));
  if (file === undefined) return null;
  const inDirectories = GO_DIRECTORIES.filter((name) => existsSync(name)).flatMap((name) =>
    readdirSync(name).map((entry) => path.join(name, entry)),
  );
  const readable = [file, ...inDirectories].filter((name) =>
    statSync(name, { throwIfNoEntry: false })?.isFile(),
  );
  return { file, roots: new Set(readable.flatMap(certificatesOf)) };
}

const sorted = (ders: Iterable<string>): string[] => [...ders].toSorted();

/** Excludes a snake-oil certificate that a package put next to the roots: Go loads it, but it is not a root. */
const isAuthority = (der: string): boolean => {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
  context.loadVerifyLocations({ cadata: Buffer.from(der, 'base64') });
  return context.certStoreStats().x509Ca === 1;
};

// Those of Windows: test/windows.
describe.skipIf(process.platform === 'win32')("this machine's own roots", () => {
  const ours = (): string[] =>
    withTrust({}, () => {
      const loaded = ssl.createDefaultContext().getCaCerts({ binaryForm: true });
      return sorted(loaded.map((der) => der.toString('base64')));
    });

  it('are those that Go finds', (test) => {
    const go = rootsOfGo();
    if (go === null)
      return test.skip('this machine does not have any of the bundles that Go knows');
    expect(withTrust({}, () => ssl.getDefaultVerifyPaths().cafile)).toBe(go.file);
    expect(ours()).toEqual(sorted([...go.roots].filter(isAuthority)));
  });

  it('are those that Python loads from the same bundle', (test) => {
    skipUnless(test, 'python3');
    const file = withTrust({}, () => ssl.getDefaultVerifyPaths().cafile);
    if (file === null) return test.skip('this machine has no bundle');
    const program = `
import base64, json, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[1])
print(json.dumps([base64.b64encode(der).decode() for der in context.get_ca_certs(True)]))`;
    const { stdout } = spawnSync(peerPath('python3'), ['-c', program, file], {
      encoding: 'utf8',
      env: cleanEnv(),
    });
    expect(ours()).toEqual(sorted(JSON.parse(stdout) as string[]));
  });

  it('are listed with where they are from', () => {
    const listed = withTrust({}, () =>
      ssl.systemCertificates({ purpose: ssl.Purpose.SERVER_AUTH }),
    );
    const found = withTrust({}, () => ssl.getDefaultVerifyPaths());
    for (const { source } of listed)
      expect(source === found.cafile || path.dirname(source) === found.capath).toBe(true);
    expect(sorted(listed.map(({ der }) => der.toString('base64')))).toEqual(
      expect.arrayContaining(ours()),
    );
  });
});
