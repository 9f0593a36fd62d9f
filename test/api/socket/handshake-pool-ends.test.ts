// The end of environments with handshakes on the pool, and listeners that throw. Each in a process of its own, whose exit
// code and signal are the result.
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Child } from '../../helpers/child.js';
import { TempDirectory } from '../../helpers/temp.js';
import { testPki } from '../../helpers/test-pki.js';
import { limit } from '../../helpers/time-limit.js';

const PROGRAM = fileURLToPath(new URL('../children/handshake-pool.mjs', import.meta.url));
const TIMEOUT = limit(120_000);

let folder: TempDirectory;
let files: string[];
beforeAll(async () => {
  const { localhost, caPem } = await testPki();
  folder = await TempDirectory.create();
  files = Object.values(
    await folder.writeFiles({ chain: localhost.chainPem, key: localhost.keyPem, ca: caPem }),
  );
});
afterAll(() => folder.close());

async function run(scenario: string) {
  const child = Child.start(process.execPath, [PROGRAM, scenario, ...files]);
  const { code, signal } = await child.finish(TIMEOUT);
  return { code, signal, stdout: child.stdout, stderr: child.stderr };
}

const WELL = { code: 0, signal: null, stdout: 'done\n', stderr: '' };

describe('handshakes on the pool', { timeout: TIMEOUT }, () => {
  it.each([
    ['a worker that is terminated', 'terminated'],
    ['a worker that exits', 'exits'],
    ['a worker that exits in any turn', 'exitsInTurn'],
    ['a worker that exits while many wait', 'exitsWithQueue'],
    ['a worker that exits in a listener', 'exitsInListener'],
    ['a worker that ends by an error', 'throws'],
    ['a process that exits', 'processExits'],
    ['a process that ends by itself', 'processEnds'],
  ])('outlive %s', async (_, scenario) => {
    expect(await run(scenario)).toEqual(WELL);
  });

  it('are not held up by a listener that throws', async () => {
    expect(await run('listenerThrows')).toEqual(WELL);
  });
});
