// Changes of contexts while handshakes that use them run on the pool. Under ThreadSanitizer the program finds a change that
// does not exclude them.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

import { Child } from '../../helpers/child.js';
import { FFDHE3072 } from '../../helpers/dh-parameters.js';
import { subjectHash } from '../../helpers/subject-hash.js';
import { TempDirectory } from '../../helpers/temp.js';
import { testPki } from '../../helpers/test-pki.js';
import { limit } from '../../helpers/time-limit.js';

const TIMEOUT = limit(120_000);
const PROGRAM = fileURLToPath(new URL('../children/context-changes.mjs', import.meta.url));
const ADDON =
  process.env['HERMETIC_SSL_BINARY'] ??
  fileURLToPath(new URL('../../../build/Release/hermetic_ssl.node', import.meta.url));
const CONTRACT = path.resolve(import.meta.dirname, '../../../lib/internal/native');

/** The functions of the contract that take a context. */
function functionsOfContexts(): string[] {
  const texts = fs.readdirSync(CONTRACT).map((name) => fs.readFileSync(path.join(CONTRACT, name), 'utf8')); // prettier-ignore
  const functions = texts.flatMap((text) => [...text.matchAll(/(\w+)(?:: )?\(([^()]*)\)/g)]);
  return functions
    .filter(([, , parameters = '']) => /\bContextHandle\b/.test(parameters))
    .map(([, name = '']) => name);
}

it(
  'every function of a context is called while 100 handshakes run on the pool',
  async () => {
    const { localhost, client, caPem, root } = await testPki();
    const folder = await TempDirectory.create();
    try {
      await folder.writeFiles({
        'server.pem': localhost.chainPem + localhost.keyPem,
        'client.pem': client.chainPem + client.keyPem,
        'ca.pem': caPem,
        'dh.pem': FFDHE3072,
        'lists.pem': await root.crl(),
        [`ca/${subjectHash('test root')}.0`]: caPem,
      });
      const child = Child.start(process.execPath, [PROGRAM, ADDON, folder.path]);
      const { code, signal } = await child.finish(TIMEOUT);
      expect({ code, signal, stderr: child.stderr }).toEqual({ code: 0, signal: null, stderr: '' });
      const { names, numRounds } = JSON.parse(child.stdout) as {
        names: string[];
        numRounds: number;
      };
      expect(names).toEqual(functionsOfContexts().toSorted());
      expect(numRounds).toBeGreaterThan(1);
    } finally {
      await folder.close();
    }
  },
  TIMEOUT,
);
