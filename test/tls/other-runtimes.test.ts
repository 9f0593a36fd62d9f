// The surface of node:tls and node:https in Node, Bun and Deno: a program with servers and clients of each module.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { describe, expect, it, onTestFinished } from 'vitest';

import { TempDirectory } from '../helpers/temp.js';
import { pki } from './support.js';

interface Tools {
  ensureTools(set: string): Promise<string>;
  haveTools(set: string): boolean;
  readonly PROGRAMS: Readonly<Record<string, string>>;
}

const TOOLS = new URL('../../scripts/install-matrix/tools.mjs', import.meta.url).href;
const { ensureTools, haveTools, PROGRAMS } = (await import(TOOLS)) as Tools;
const PROGRAM = fileURLToPath(new URL('children/other-runtime.mjs', import.meta.url));
/** That of the tests maps the name of the package to its sources. */
const ROOT_CONFIG = fileURLToPath(new URL('../../tsconfig.json', import.meta.url));
const isAllowed = haveTools('runtimes') || process.env['HERMETIC_TEST_SLOW'] !== undefined;

describe.each([
  ['this runtime', []],
  ['bun', [`--tsconfig-override=${ROOT_CONFIG}`]],
  ['deno', ['run', '-A']],
])('in %s', (name, args) => {
  const isOwn = name === 'this runtime';
  it.runIf(isOwn || isAllowed)(
    isOwn
      ? 'servers and clients work'
      : 'servers and clients work (needs the runtimes of test/package/tools)',
    async () => {
      const folder = await TempDirectory.create();
      onTestFinished(() => folder.close());
      const { keyPem, chainPem } = pki.localhost;
      const files = { 'key.pem': keyPem, 'cert.pem': chainPem, 'ca.pem': pki.caPem };
      await folder.writeFiles(files);
      const program = isOwn ? process.execPath : path.join(await ensureTools('runtimes'), PROGRAMS[name]!); // prettier-ignore
      const words = [...args, PROGRAM, path.dirname(folder.join('key.pem'))];
      const { stdout } = await promisify(execFile)(program, words, { timeout: 60_000 });
      expect(JSON.parse(stdout)).toEqual({
        ofTls: {
          alpnProtocol: 'x',
          authorized: true,
          protocol: 'TLSv1.3',
          text: 'got hello',
          refused: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
        },
        ofHttps: ['/1', '/2', '/proxy'],
        ofHttp2: '/h2',
        ofRegister: { bodies: ['/https', '/h2'], count: { client: 2, server: 2 } },
      });
    },
  );
});
