/** Rings of key files. test/interop/shared-tickets.test.ts has nginx and HAProxy themselves. */
import { randomBytes } from 'node:crypto';
import { rename, rm, symlink, writeFile } from 'node:fs/promises';

import { KeyRing } from 'hermetic-ssl/fleet';
import { afterEach, describe, expect, it } from 'vitest';

import { Cleanup } from '../../helpers/cleanup.js';
import { eventually } from '../../helpers/collect.js';
import { runModule } from '../../helpers/run-module.js';
import { TempDirectory } from '../../helpers/temp.js';
import { client, serverWith, visit } from './support.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const nameOf = (key: Buffer): string => key.toString('hex', 0, 16);
const namesOf = (ring: KeyRing): string[] => ring.keys.map(({ name }) => name);
const open = (patterns: string | string[]): KeyRing =>
  cleanup.add(KeyRing.files(patterns, { poll: '1s' }));

async function becomes(ring: KeyRing, names: string[]): Promise<void> {
  const isDone = () => (namesOf(ring).join() === names.join() ? true : null);
  await eventually(isDone, { what: `the keys ${names.join()}` });
}

async function nextWarning(): Promise<Error & { code?: string }> {
  return new Promise((resolve) => {
    process.once('warning', resolve);
  });
}

describe('KeyRing.files', () => {
  it('sorts the files of a pattern, and takes paths in their order', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    const [one, two] = [randomBytes(80), randomBytes(48)];
    const files = [await folder.write('b.key', one), await folder.write('a.key', two)];
    await folder.write('.hidden.key', randomBytes(80));
    await folder.write('a.key.old', 'junk');
    expect(namesOf(open(folder.join('*.key')))).toEqual([two, one].map(nameOf));
    expect(namesOf(open(files))).toEqual([one, two].map(nameOf));
    expect(namesOf(open([folder.join('?.key'), files[0] as string]))).toHaveLength(3);
  });

  it('takes new contents, also behind a link that is exchanged', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    const [one, two, three] = [randomBytes(80), randomBytes(80), randomBytes(80)];
    const target = await folder.write('1', one);
    const file = folder.join('ticket.key');
    await symlink(target, file);
    const ring = open(file);
    const [ours, server] = [await client(), await serverWith(ring)];
    const { session } = visit(ours, server);
    await symlink(await folder.write('2', two), folder.join('next'));
    await rename(folder.join('next'), file);
    await becomes(ring, [nameOf(two)]);
    expect(visit(ours, server, session).reused).toBe(false);
    await writeFile(folder.join('2'), three);
    await becomes(ring, [nameOf(three)]);
  });

  it('takes a key that has its old name and other bytes', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    const one = randomBytes(80);
    const file = await folder.write('ticket.key', one);
    const [ours, server] = [await client(), await serverWith(open(file))];
    const { session } = visit(ours, server);
    await writeFile(file, Buffer.concat([one.subarray(0, 16), randomBytes(64)]));
    const isRefused = () => (visit(ours, server, session).reused ? null : true);
    await eventually(isRefused, { what: 'the new key' });
  });

  it('keeps its keys while a file is broken or missing, and warns once', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    const one = randomBytes(80);
    const file = await folder.write('ticket.key', one);
    const ring = open(file);
    const [ours, server] = [await client(), await serverWith(ring)];
    const { session } = visit(ours, server);
    const warning = nextWarning();
    await writeFile(file, 'half a ke');
    expect(await warning).toMatchObject({
      name: 'HermeticSslWarning',
      code: 'HERMETIC_TICKET_KEY_FILES',
      message: expect.stringMatching(/stay as they are: .*is not a file of ticket keys/) as string,
    });
    await rm(file);
    expect(namesOf(ring)).toEqual([nameOf(one)]);
    expect(visit(ours, server, session).reused).toBe(true);
    const two = randomBytes(80);
    await writeFile(file, two);
    await becomes(ring, [nameOf(two)]);
  });

  it('refuses to begin with files that are missing or are not keys', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    const broken = await folder.write('broken.key', randomBytes(47));
    await folder.write('half.key', `${randomBytes(48).toString('base64')}\n*\n`);
    expect(() => open(broken)).toThrow(/broken.key' is not a file of ticket keys/);
    expect(() => open(folder.join('half.key'))).toThrow(/half.key' is not a file/);
    expect(() => open(folder.join('*.none'))).toThrow(/no file matches/);
    expect(() => open(folder.join('none.key'))).toThrow(/ENOENT/);
    expect(() => open([])).toThrow(/at least one/);
    expect(() => open(7 as never)).toThrow(/patterns must be/);
  });

  it('lets the process end', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    const file = await folder.write('ticket.key', randomBytes(80));
    const result = await runModule(
      `import { KeyRing } from 'hermetic-ssl/fleet';
       KeyRing.files(${JSON.stringify(file)});
       KeyRing.derived({ secret: 'x'.repeat(32), rotate: '1h' });
       console.log('done');`,
    );
    expect(result).toMatchObject({ code: 0, stdout: 'done\n' });
  });
});
