// The examples of docs/certificates.md, run as they stand: each makes a context, which is asked for its certificate.
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import ts from 'typescript';

import { Child } from '../helpers/child.js';
import { makePfx } from '../helpers/openssl-files.js';
import { skipUnless } from '../helpers/peers.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';
import { repoRoot } from './support/paths.js';

const guide = readFileSync(path.join(repoRoot, 'docs/certificates.md'), 'utf8');

/** Every example with the heading that it stands under. */
const programs = guide.split(/^#+ /m).flatMap((section) => {
  const title = section.split('\n', 1)[0] ?? '';
  return [...section.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text = '']) => ({ title, text }));
});

const { localhostBelowIntermediate, localhostRsa, intermediate, root, caPem } = await testPki();
const renewed = await root.issue({ commonName: 'renewed', dns: ['localhost'] });

// In the package's own folder, where its name is resolved.
const code = mkdtempSync(path.join(repoRoot, 'build-guide-'));
const folder = await TempDirectory.create();
afterAll(async () => {
  rmSync(code, { recursive: true });
  await folder.close();
});

/** Appended to every example: prints the leaf that its context shows, and after new files the next one. */
const LOOK = `
import { cpSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as ssl from 'hermetic-ssl/ssl';

function leafOf(server) {
  const client = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
  client.loadVerifyLocations({ cafile: 'ca.pem' });
  const [a, b] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
  const near = client.wrapBio(a, b, { serverHostname: 'localhost' });
  const far = server.wrapBio(b, a, { serverSide: true });
  for (let i = 0; i < 4; i++)
    for (const side of [near, far]) {
      try {
        side.doHandshake();
      } catch (error) {
        if (!(error instanceof ssl.SSLWantReadError)) throw error;
      }
    }
  return near.getpeercert({ binaryForm: true }).toString('base64');
}

export async function look(context) {
  const leaves = [leafOf(context)];
  if (process.env.GUIDE_RENEWS) {
    cpSync('renewed/fullchain.pem', 'fullchain.pem');
    await sleep(500); // the moment when the files do not match
    cpSync('renewed/privkey.pem', 'privkey.pem');
    if (process.listenerCount('SIGHUP') > 0) process.kill(process.pid, 'SIGHUP');
    while (leafOf(context) === leaves[0]) await sleep(50);
    leaves.push(leafOf(context));
  }
  console.log(JSON.stringify(leaves));
  process.exit();
}
`;

const { keyPem, chainPem, certPem, certDer } = localhostBelowIntermediate;
const writeUsual = () =>
  folder.writeFiles({ 'fullchain.pem': chainPem, 'privkey.pem': keyPem, 'ca.pem': caPem });

beforeAll(async () => {
  const encrypted = localhostBelowIntermediate.encryptedKeyPem('secret');
  await folder.writeFiles({
    'encrypted.pem': encrypted,
    'password.txt': 'secret\n',
    'leaf.der': certDer,
    'intermediates.pem': intermediate.certPem,
    'privkey.der': createPrivateKey(keyPem).export({ type: 'pkcs8', format: 'der' }),
    'rsa-fullchain.pem': localhostRsa.chainPem,
    'rsa-privkey.pem': localhostRsa.keyPem,
    'renewed/fullchain.pem': renewed.chainPem,
    'renewed/privkey.pem': renewed.keyPem,
  });
  writeFileSync(path.join(code, 'look.mjs'), LOOK);
});

async function writePkcs12(): Promise<void> {
  const pem = keyPem + certPem + intermediate.certPem;
  const options = { password: 'secret' };
  await folder.writeFiles({
    'server.p12': await makePfx(folder, pem, options),
    'old.p12': await makePfx(folder, pem, { ...options, args: ['-legacy'] }),
  });
}

async function run(name: string, text: string, renews: boolean): Promise<string[]> {
  await writeUsual();
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const file = path.join(code, `${name}.mjs`);
  writeFileSync(file, `${outputText}\nimport { look } from './look.mjs';\nawait look(context);\n`);
  const launcher = `process.chdir(${JSON.stringify(folder.path)}); await import(${JSON.stringify(file)});`;
  const args = ['--input-type=module', '--eval', launcher];
  const child = Child.start(process.execPath, args, renews ? { GUIDE_RENEWS: '1' } : {});
  const { code: status } = await child.finish(60_000);
  if (status !== 0) throw new Error(`${name} ended with ${status}:\n${child.stderr}`);
  return JSON.parse(child.stdout) as string[];
}

describe('The examples of the guide to certificates', { timeout: 60_000 }, () => {
  it.for(programs.map((program, i) => ({ ...program, name: `example-${i + 1}` })))(
    'run: $name, $title',
    async ({ name, text }, test) => {
      if (text.includes('.p12')) {
        skipUnless(test, 'openssl');
        await writePkcs12();
      }
      const renews = text.includes('SIGHUP') || text.includes('watch(');
      const wanted = renews ? [certDer, renewed.certDer] : [certDer];
      expect(await run(name, text, renews)).toEqual(wanted.map((der) => der.toString('base64')));
    },
  );

  it('are as many as there are forms', () => {
    expect(programs.length).toBeGreaterThanOrEqual(11);
  });
});
