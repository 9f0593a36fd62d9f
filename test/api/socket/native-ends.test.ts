// The end of environments with borrowed descriptors, listeners that throw, and clients that leave. Each in a process of its
// own, whose exit code and signal are the result.
import { fileURLToPath } from 'node:url';

import * as ssl from 'hermetic-ssl/ssl';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Child } from '../../helpers/child.js';
import { TempDirectory } from '../../helpers/temp.js';
import { testPki } from '../../helpers/test-pki.js';
import { limit } from '../../helpers/time-limit.js';

const PROGRAM = fileURLToPath(new URL('../children/native-streams.mjs', import.meta.url));
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

async function run(scenario: string, transport = 'native') {
  const child = Child.start(process.execPath, [PROGRAM, scenario, ...files], {
    HERMETIC_SSL_TRANSPORT: transport,
  });
  const { code, signal } = await child.finish(TIMEOUT);
  return { code, signal, stdout: child.stdout, stderr: child.stderr };
}

const WELL = { code: 0, signal: null, stdout: 'done\n', stderr: '' };

describe.runIf(ssl.HAS_NATIVE_TRANSPORT)('borrowed descriptors', { timeout: TIMEOUT }, () => {
  it.each([
    ['', 'native'],
    ['native', 'native'],
    ['duplex', 'duplex'],
  ])('are used unless HERMETIC_SSL_TRANSPORT is duplex: "%s"', async (value, kind) => {
    expect(await run('kinds', value)).toEqual({ ...WELL, stdout: `${kind} ${kind}\ndone\n` });
  });

  it.each([
    ['a worker that is terminated', 'terminated'],
    ['a worker that exits in any turn', 'exitsInTurn'],
    ['a worker that exits in a listener', 'exitsInListener'],
    ['a worker that ends by an error', 'throws'],
    ['a process that exits', 'processExits'],
  ])('outlive %s', async (_, scenario) => {
    expect(await run(scenario)).toEqual(WELL);
  });

  it('go on when the listener of another connection throws', async () => {
    expect(await run('listenerThrows')).toEqual(WELL);
  });

  it('do not keep the process alive once their sockets are unreferenced', async () => {
    expect(await run('unreferenced')).toEqual(WELL);
  });

  it('keep the process alive while one of their sockets is referenced', async () => {
    expect(await run('referenced')).toEqual(WELL);
  });

  it('are all closed after 1,000 clients that leave abruptly', async () => {
    expect(await run('abrupt')).toEqual(WELL);
  });
});
