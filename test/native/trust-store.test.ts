// Behaviour of native/trust that only other platforms or a sanitizer show, in a program of its own: intermediates of a
// platform's store, as on Windows, and the shared store on several threads.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

import { afterAll, describe, expect, it } from 'vitest';

import { createAuthority } from '../helpers/certificates.js';
import { subjectHash } from '../helpers/subject-hash.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';
import { compileProgram, whyNoCompiler } from './support/program.js';

const NEEDED =
  /^native\/(input|trust)\/|^native\/base\/|^native\/openssl\/(error|extensions|reasons)\.cc$/;
// OpenSSL is not built for the tool, which then cannot see how it orders its own accesses.
const SUPPRESSIONS = ['ossl_*', 'OSSL_*', 'CRYPTO_*', 'OPENSSL_*', 'EVP_*', 'evp_*', 'ERR_*', 'X509_*', 'x509_*', 'ASN1_*', 'asn1_*', 'sk_*', 'internal_*', 'build_chain']; // prettier-ignore

const folder = await TempDirectory.create('trust store ');
afterAll(() => folder.close());

/** Builds the program once; the reason where that cannot be done here. */
function build(name: string, flags: readonly string[]): { program: string } | { why: string } {
  const why = whyNoCompiler(...flags);
  if (why !== null) return { why };
  const program = folder.join(name);
  if (existsSync(program)) return { program };
  compileProgram({
    program,
    main: 'trust_store.cc',
    needed: NEEDED,
    flags: ['-O1', '-g', ...flags],
  });
  return { program };
}

describe("the intermediates of a platform's store", () => {
  it(
    'complete a chain without ending it, unless they are distrusted',
    { timeout: 300_000 },
    async (test) => {
      const built = build('plain', []);
      if ('why' in built) return test.skip(built.why);
      const { root: anchor, intermediate, strangerAuthority } = await testPki();
      const second = await createAuthority({ name: 'second', parent: intermediate });
      const lone = await createAuthority({ name: 'lone', parent: strangerAuthority });
      const distrusted = await createAuthority({ name: 'distrusted', parent: anchor });
      const names = { commonName: 'localhost', dns: ['localhost'] };
      const issuers = { intermediate, second, lone, distrusted, selfSigned: strangerAuthority };
      const leaves = await Promise.all(
        Object.entries(issuers).map(async ([name, issuer]) => {
          return folder.write(`${name}.pem`, (await issuer.issue(names)).certPem);
        }),
      );
      const given = await folder.writeFiles({
        anchors: anchor.certPem,
        intermediates: [intermediate, second, lone, strangerAuthority].map((authority) => authority.certPem).join(''),
        distrusted: distrusted.certPem,
      }); // prettier-ignore
      const { anchors, intermediates } = given;
      const args = ['verify', anchors, intermediates, given.distrusted, ...leaves];
      const { stdout, stderr } = spawnSync(built.program, args, { encoding: 'utf8' });
      expect(stderr).toBe('');
      const outcomes = stdout.trim().split('\n');
      expect(Object.keys(issuers).map((name, i) => [name, outcomes[i]])).toEqual([
        ['intermediate', '0 0'],
        // The path length of the intermediate above it is 0.
        ['second', '25 25'],
        ['lone', '20 20'],
        ['distrusted', '28 28'],
        ['selfSigned', '20 20'],
      ]);
    },
  );
});

describe('a certificate that threads share', () => {
  it('is ready before another thread sees it: OpenSSL 4.0.2 frees what the other one reads', { timeout: 300_000 }, async (test) => {
    const built = build('plain', []);
    if ('why' in built) return test.skip(built.why);
    const { root: anchor, strangerAuthority } = await testPki();
    const given = await folder.writeFiles({
      shared: anchor.certPem,
      refused: strangerAuthority.certPem,
    });
    const { stdout } = spawnSync(built.program, ['cached', given.shared, given.refused], {
      encoding: 'utf8',
    });
    const counts = stdout.trim().split('\n');
    expect(counts.slice(0, -1)).toEqual(['of the set 0', 'of the set 0', 'added 0']);
    expect(counts.at(-1)).toMatch(/^not shared [1-9]/);
  }); // prettier-ignore

  it('survives that several threads build the first chains to it at once', { timeout: 300_000 }, async (test) => {
    const built = build('plain', []);
    if ('why' in built) return test.skip(built.why);
    const { root: anchor, localhost, intermediate, strangerAuthority, stranger } = await testPki();
    await folder.write(`hashed/${subjectHash('stranger root')}.0`, strangerAuthority.certPem);
    const given = await folder.writeFiles({
      firstBundle: intermediate.certPem + anchor.certPem,
      firstLeaf: localhost.certPem,
      firstStranger: stranger.certPem,
    });
    const args = ['first', '3', given.firstBundle, folder.join('hashed'), given.firstLeaf, given.firstStranger];
    const { status, signal, stdout } = spawnSync(built.program, args, { encoding: 'utf8' });
    expect({ status, signal }).toEqual({ status: 0, signal: null });
    expect(stdout).toMatch(/^\d{2,} rounds, 0 wrong\n$/);
  }); // prettier-ignore
});

describe('the shared store', () => {
  it(
    'verifies on several threads while the bundle changes, without a race',
    { timeout: 600_000 },
    async (test) => {
      if (process.env['HERMETIC_TEST_SLOW'] !== '1')
        return test.skip('takes a minute; HERMETIC_TEST_SLOW=1 runs it');
      const built = build('threads', ['-fsanitize=thread']);
      if ('why' in built) return test.skip(built.why);
      const { root: anchor, localhost, intermediate, ...pki } = await testPki();
      const { strangerAuthority } = pki;
      const given = await folder.writeFiles({
        bundle: intermediate.certPem + anchor.certPem,
        leaf: localhost.certPem,
        stranger: pki.stranger.certPem,
        suppressions: SUPPRESSIONS.map((name) => `race:${name}\n`).join(''),
      });
      await folder.write(`hashed/${subjectHash('stranger root')}.0`, strangerAuthority.certPem);
      const watched = (...args: string[]) => {
        const env = { ...process.env, TSAN_OPTIONS: `suppressions='${given.suppressions}'` };
        const { status, stdout, stderr } = spawnSync(built.program, args, {
          encoding: 'utf8',
          env,
        });
        expect(stderr).not.toContain('WARNING');
        expect(status).toBe(0);
        return stdout;
      };
      const { bundle, leaf, stranger } = given;
      expect(watched('threads', '5', bundle, leaf, stranger)).toMatch(
        /^\d{2,} verified, 0 wrong\n$/,
      );
      expect(watched('first', '5', bundle, folder.join('hashed'), leaf, stranger)).toMatch(
        /^\d+ rounds, 0 wrong\n$/,
      );
    },
  );
});
