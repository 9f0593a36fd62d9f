// Parts of scripts/openssl/update.mjs and openssl-status.mjs: judging a signature, choosing a channel, comparing, and
// putting the old pin back. The whole update is run by hand (docs/openssl-upgrades.md): it builds OpenSSL twice.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  load,
  makeSandbox,
  pinFakeSource,
  repoRoot,
  run,
  type Sandbox,
} from './openssl-fixtures.js';

interface Signature {
  judgeStatus: (
    status: string,
    archive: string,
    expectedKeys: string[],
  ) => { verified: boolean; text: string };
}
interface Candidate {
  nextEntry: (old: object, candidate: object, options: object) => object;
  channelFor: (version: string, requested: string | undefined, pin: object) => string;
  versionInside: (file: string) => string;
}
interface Compare {
  vectorAdvice: (before: object, after: object) => string[];
  difference: (
    before: Map<string, string>,
    after: Map<string, string>,
  ) => { added: string[]; removed: string[]; changed: string[] };
}

let sandbox: Sandbox;

beforeEach(() => {
  sandbox = makeSandbox();
});
afterEach(() => sandbox.remove());

describe('a signature', () => {
  const key = 'A'.repeat(40);
  const valid = `[GNUPG:] GOODSIG 1234 Somebody\n[GNUPG:] VALIDSIG ${key} 2026-06-09 0 0 4 0 1 10 00 ${key}\n`;

  it('counts as verified only when the pinned key made it', async () => {
    const { judgeStatus } = await load<Signature>('signature.mjs');
    const judge = (status: string, keys: string[]) => judgeStatus(status, 'a.tar.gz', keys);
    const other = 'B'.repeat(40);
    expect(judge(valid, [other, key])).toMatchObject({ verified: true });
    expect(judge(valid, [other])).toMatchObject({ verified: false });
    expect(judge(valid, []).text).toContain('names no key for this channel');
    expect(judge('[GNUPG:] NO_PUBKEY 1234\n', [key]).text).toContain('NOT verified: key 1234');
    const revoked = judge(`[GNUPG:] REVKEYSIG 1234 Somebody\n${valid}`, [key]);
    expect(revoked).toMatchObject({ verified: false });
  });

  it('counts as verified by a subkey of the pinned key', async () => {
    const { judgeStatus } = await load<Signature>('signature.mjs');
    const primary = 'C'.repeat(40);
    const bySubkey = `[GNUPG:] GOODSIG 1234 Somebody\n[GNUPG:] VALIDSIG ${key} 2026-08-25 1787657968 0 4 0 1 10 00 ${primary}\n`;
    expect(judgeStatus(bySubkey, 'a.tar.gz', [primary])).toMatchObject({ verified: true });
  });

  it('counts although its key has expired since, not when it was made after that', async () => {
    const { judgeStatus } = await load<Signature>('signature.mjs');
    const made = 1_781_006_239;
    const status = (expiry: number): string =>
      `[GNUPG:] KEYEXPIRED ${expiry}\n[GNUPG:] EXPKEYSIG 1234 Somebody\n[GNUPG:] VALIDSIG ${key} 2026-06-09 ${made} 0 4 0 1 10 00 ${key}\n`;
    const judge = (expiry: number) => judgeStatus(status(expiry), 'a.tar.gz', [key]);
    expect(judge(made + 1)).toMatchObject({ verified: true });
    expect(judge(made - 1)).toMatchObject({ verified: false });
  });

  it('that does not fit ends the update', async () => {
    const { judgeStatus } = await load<Signature>('signature.mjs');
    expect(() => judgeStatus('[GNUPG:] BADSIG 1234 Somebody\n', 'a.tar.gz', [key])).toThrow(
      /BADSIG.*must not be used/,
    );
  });
});

describe('the channel of an update', () => {
  const pin = { channels: { lts: { series: '3.5' }, latest: { series: '4.0' } } };

  it('follows from the series, and has to be named for a new series', async () => {
    const { channelFor } = await load<Candidate>('candidate.mjs');
    expect(channelFor('3.5.9', undefined, pin)).toBe('lts');
    expect(channelFor('4.0.3', undefined, pin)).toBe('latest');
    expect(channelFor('4.1.0', 'latest', pin)).toBe('latest');
    expect(() => channelFor('4.1.0', undefined, pin)).toThrow(
      /no channel carries OpenSSL 4\.1; say with --channel/,
    );
  });
});

describe('the patches of a distribution', () => {
  const patches = (...fixes: string[]) => ({ from: 'Debian', patches: [{ file: 'a', fixes }] });
  const lines: string[] = [];
  const moveTo = async (version: string, fixes: string[], dropsFixes = false) => {
    const { nextEntry } = await load<Candidate>('candidate.mjs');
    const old = { version: '3.5.7', signingKeys: [], fixes: patches(...fixes) };
    const options = { dropsFixes, log: (line: string) => void lines.push(line) };
    return nextEntry(old, { version, sha256: 'b' }, options);
  };

  it('are dropped by an update to a version that has their fixes', async () => {
    const moved = await moveTo('3.5.9', ['CVE-2026-18798', 'CVE-2026-63072']);
    expect(moved).toEqual({ version: '3.5.9', sha256: 'b', series: '3.5', signingKeys: [] });
    expect(lines.at(-1)).toContain('3.5.9 has their fixes');
  });

  it('stay with the version that they were made for', async () => {
    expect(await moveTo('3.5.7', ['CVE-2026-18798'])).toMatchObject({
      fixes: patches('CVE-2026-18798'),
    });
  });

  it('are not lost without being asked for', async () => {
    await expect(moveTo('3.5.8', ['CVE-2026-18798', 'CVE-2026-35189'])).rejects.toThrow(
      /3\.5\.8 is not known to have the fix of CVE-2026-35189, which[^]*--drop-fixes/,
    );
    expect(await moveTo('3.5.8', ['CVE-2026-35189'], true)).not.toHaveProperty('fixes');
    expect(lines.at(-1)).toContain('lost are CVE-2026-35189');
  });
});

describe('openssl-update', () => {
  it('reads the version from the archive itself', async () => {
    const { versionInside } = await load<Candidate>('candidate.mjs');
    expect(versionInside(pinFakeSource(sandbox, { version: '3.5.99' }).file)).toBe('3.5.99');
    const other = path.join(sandbox.root, 'other.tar.gz');
    spawnSync('tar', ['-czf', other, '-C', repoRoot, 'package.json']);
    expect(() => versionInside(other)).toThrow('is not an OpenSSL source archive');
  });

  it('says what it needs', async () => {
    pinFakeSource(sandbox);
    expect((await run('openssl/update.mjs', [], sandbox.env)).stderr).toContain(
      'one version or path is needed',
    );
    expect((await run('openssl/update.mjs', ['three'], sandbox.env)).stderr).toContain(
      'neither a version like',
    );
    expect((await run('openssl/update.mjs', ['3.5.99'], sandbox.env)).stderr).toContain(
      'Give the sum with --sha256',
    );
  });

  it('leaves the pin alone when the new version does not build', async () => {
    const { file } = pinFakeSource(sandbox, {
      version: '3.5.99',
      commands: ['echo "it went wrong"', 'exit 1'],
    });
    pinFakeSource(sandbox);
    const before = fs.readFileSync(sandbox.pin, 'utf8');
    const { status } = await run('openssl/update.mjs', [file, '--no-test'], sandbox.env);
    expect(status).toBe(1);
    expect(fs.readFileSync(sandbox.pin, 'utf8')).toBe(before);
  });

  it.each([
    ['a step fails', 'throw new Error("step failed")', 1],
    [
      'the process is ended',
      'process.kill(process.pid, "SIGTERM"); await new Promise((r) => setTimeout(r, 500))',
      143,
    ],
    ['the process exits', 'process.exit(3)', 3],
  ])('puts the old pin back when %s', (_name, step, status) => {
    pinFakeSource(sandbox);
    const before = JSON.parse(fs.readFileSync(sandbox.pin, 'utf8')) as object;
    const module = path.join(repoRoot, 'scripts', 'openssl', 'apply-pin.mjs');
    const program = `
      import { applyPin } from ${JSON.stringify(module)};
      const before = ${JSON.stringify(before)};
      await applyPin({ before, after: { default: 'changed' } }, async () => { ${step} }, (line) => console.log(line));
    `;
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      env: sandbox.env,
      encoding: 'utf8',
    });
    expect(result.status).toBe(status);
    expect(result.stdout).toContain('the old pin is restored');
    expect(JSON.parse(fs.readFileSync(sandbox.pin, 'utf8'))).toEqual(before);
  });

  it('says what a new digest needs, and nothing of other news', async () => {
    const { vectorAdvice } = await load<Compare>('compare.mjs');
    const having = (...names: string[]) => ({
      algorithms: new Map(names.map((name) => [name, ''])),
    });
    const before = having('digest SHA2-256', 'cipher AES-128-CBC');
    const others = having('digest SHA2-256', 'cipher SM9', 'digest MD6 (legacy)');
    expect(vectorAdvice(before, others)).toEqual([]);
    const advice = vectorAdvice(before, having('digest SHA2-256', 'digest ASCON-HASH256'));
    expect(advice.join()).toContain('new: digest ASCON-HASH256.');
    expect(advice.join()).toContain('npm run generate:vectors');
  });

  it('lists what was added, removed and changed', async () => {
    const { difference } = await load<Compare>('compare.mjs');
    const before = new Map([
      ['A', '1'],
      ['B', '2'],
      ['C', '3'],
    ]);
    const after = new Map([
      ['B', '2'],
      ['C', '4'],
      ['D', '5'],
    ]);
    expect(difference(before, after)).toEqual({
      added: ['D'],
      removed: ['A'],
      changed: ['C: 3 -> 4'],
    });
  });
});

describe('openssl-status', () => {
  it('prints pin, addon and cache, also as JSON and with nothing there', async () => {
    pinFakeSource(sandbox);
    const env = { ...sandbox.env, HERMETIC_SSL_BINARY: path.join(sandbox.root, 'absent.node') };
    const text = await run('openssl/status.mjs', [], env);
    expect(text.stdout).toMatch(/pinned\n  lts +3\.5\.7[^]*\(default\)[^]*not built[^]*nothing/);
    expect(text.stdout).toMatch(
      /behind upstream \(as of \d{4}-\d\d-\d\d\)\n  lts +\d+ days: OpenSSL 3\.5\.9 was released on 2026-09-29, and the first that is lacking, 3\.5\.8, \d+ days ago\n/,
    );
    await run('openssl/build.mjs', [], sandbox.env);
    const json = await run('openssl/status.mjs', ['--json'], env);
    const status = JSON.parse(json.stdout) as {
      linked: { state: string };
      cache: { builds: { version: string; state: string }[] };
    };
    expect(status.linked.state).toBe('not built');
    expect(status.cache.builds).toMatchObject([{ version: '3.5.7', state: 'usable' }]);
  });

  it('survives an addon that cannot be loaded', async () => {
    pinFakeSource(sandbox);
    const file = path.join(sandbox.root, 'broken.node');
    fs.writeFileSync(file, 'not a library');
    const { status, stdout } = await run('openssl/status.mjs', [], {
      ...sandbox.env,
      HERMETIC_SSL_BINARY: file,
    });
    expect(status).toBe(0);
    expect(stdout).toContain('cannot be loaded');
  });
});
