// Bytes in memory that another thread writes to while they are parsed: whatever is parsed is copied first, so that it is
// the same when it is read again.
import { fileURLToPath } from 'node:url';

import { afterAll, describe, expect, it } from 'vitest';

import { Child } from '../helpers/child.js';
import { makePfx } from '../helpers/openssl-files.js';
import { hasPeer } from '../helpers/peers.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';
import { limit } from '../helpers/time-limit.js';

const { root, localhost, caPem } = await testPki();
const folder = await TempDirectory.create();
afterAll(() => folder.close());
const program = fileURLToPath(new URL('./children/shared-memory.mjs', import.meta.url));

describe('memory that another thread writes to', { timeout: limit(180_000) }, () => {
  it.skipIf(!hasPeer('openssl'))('is parsed by every entry, which gives a result or an error', async () => {
    const pfx = await makePfx(folder, localhost.keyPem + localhost.chainPem, { password: 'secret', args: ['-iter', '1'] });
    const crlPem = await root.crl({ revoked: [localhost] });
    const input = { certPem: localhost.certPem, keyPem: localhost.keyPem, caPem, crlPem, pfx: pfx.toString('base64') };
    const file = await folder.write('input.json', JSON.stringify(input));
    const child = Child.start(process.execPath, [program, file, '400']);
    const status = await child.finish(120_000);
    const lines = child.stdout.trim().split('\n').map((line) => JSON.parse(line) as [string, { taken: number; refused: number }]);
    expect({ ...status, last: lines.at(-1)?.[0], stderr: child.stderr }).toEqual({ code: 0, signal: null, last: 'MemoryBIO.write', stderr: '' });
    for (const [name, counts] of lines) expect([name, counts.taken + counts.refused]).not.toEqual([name, 0]);
    // Without refusals the writer did not reach the parsed bytes, and there was not a race.
    expect(lines.filter(([, { refused }]) => refused > 0).length).toBeGreaterThan(8);
  }); // prettier-ignore
});
