// One process may load the addon more than once, in several contexts, and collect what it made at any time.
import { copyFileSync } from 'node:fs';

import { afterAll, describe, expect, it } from 'vitest';

import { Cleanup } from '../helpers/cleanup.js';
import { TempDirectory } from '../helpers/temp.js';
import { ENDED_WELL, runProgram } from './support/package-programs.js';
import { addonPath } from './support/paths.js';
import { run } from './support/run.js';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const TIMEOUT = 120_000;

const runNode = (program: string, ...args: string[]) =>
  run(process.execPath, ['-e', program, ...args], { timeout: TIMEOUT });

describe('loading the addon again', { timeout: TIMEOUT }, () => {
  const USE_BOTH = `
    const assert = require('node:assert');
    const hash = (addon) => {
      const handle = addon.hashNew('sha256', undefined);
      addon.hashUpdate(handle, Buffer.from('abc'));
      const out = Buffer.alloc(32);
      addon.hashDigest(handle, out);
      return out.toString('hex').slice(0, 8);
    };
    const derive = (addon) => {
      const out = Buffer.alloc(4);
      return addon.pbkdf2('sha256', Buffer.from('password'), Buffer.from('salt'), 1, out, undefined)
        .then(() => out.toString('hex'));
    };
    const use = async (...addons) => {
      for (const addon of addons) assert.equal(hash(addon), 'ba7816bf');
      assert.deepEqual(await Promise.all(addons.map(derive)), addons.map(() => '120fb6cf'));
    };`;

  it('gives a second, independent set of functions in the same thread', async () => {
    const program = `${USE_BOTH}
      const file = process.argv[1];
      const first = require(file);
      delete require.cache[require.resolve(file)];
      const second = require(file);
      assert.notEqual(first.version, second.version);
      // A handle is the same kind of thing for both.
      first.hashUpdate(second.hashNew('sha256', undefined), Buffer.from('abc'));
      use(first, second).then(() => console.log('done'));`;
    expect(await runNode(program, addonPath)).toEqual(ENDED_WELL);
  });

  it('from another file gives a second OpenSSL in addition to the first', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    const copy = folder.join('another.node');
    copyFileSync(addonPath, copy);
    const program = `${USE_BOTH}
      const [first, second] = process.argv.slice(1).map((file) => require(file));
      assert.notEqual(first.version().image, second.version().image);
      use(first, second, first, second).then(() => console.log('done'));`;
    expect(await runNode(program, addonPath, copy)).toEqual(ENDED_WELL);
  });

  it('by two copies of the package gives two that work', async () => {
    const main = `
      const { pathToFileURL } = await import('node:url');
      const url = import.meta.resolve('hermetic-ssl/hashlib');
      const copies = await Promise.all(['?1', '?2', '?3'].map((query) => import(url + query)));
      for (const { pbkdf2Hmac } of copies) {
        const key = await pbkdf2Hmac('sha256', Buffer.from('password'), Buffer.from('salt'), 1);
        assert.equal(key.toString('hex').slice(0, 8), '120fb6cf');
      }
      console.log('done');`;
    expect(await runProgram({ main, mainLoads: true })).toEqual(ENDED_WELL);
  });
});

describe('a context of node:vm', { timeout: TIMEOUT }, () => {
  it('may load the addon and use its own arrays and promises with it', async () => {
    const program = `
      const vm = require('node:vm');
      const inside = vm.createContext({ require, console, file: process.argv[1] });
      vm.runInContext(\`
        const addon = require(file);
        const bytes = (text) => new Uint8Array([...text].map((c) => c.charCodeAt(0)));
        const out = new Uint8Array(4);
        addon.pbkdf2('sha256', bytes('password'), bytes('salt'), 1, out, undefined).then(() => {
          if ([...out].join() === '18,15,182,207') console.log('done');
        });
      \`, inside);`;
    expect(await runNode(program, addonPath)).toEqual(ENDED_WELL);
  });

  it('may be collected with what it made', async () => {
    const program = `
      const vm = require('node:vm');
      const { setImmediate: turn } = require('node:timers/promises');
      (async () => {
        for (let i = 0; i < 50; ++i) {
          const inside = vm.createContext({ addon: require(process.argv[1]) });
          vm.runInContext("globalThis.kept = [addon.hashNew('sha256', undefined), addon.memoryBioCreate()]", inside);
          await turn();
          gc();
        }
        console.log('done');
      })();`;
    const ended = await run(process.execPath, ['--expose-gc', '-e', program, addonPath]);
    expect(ended).toEqual(ENDED_WELL);
  });
});

describe('garbage collection', { timeout: TIMEOUT }, () => {
  const MAKE = `
    const make = () => {
      const { server, client } = contexts();
      const { a, b } = handshake({ server, client });
      return [server, client, a, b, sha256(Buffer.from('abc')), new ssl.MemoryBIO()];
    };`;

  it('of handles in any order gives their memory back', async () => {
    const main = `${MAKE}
      const settle = async () => { for (let i = 0; i < 3; ++i) { gc(); await sleep(5); } };
      const round = async () => { for (let i = 0; i < 40; ++i) make(); await settle(); };
      await round(); await round();
      const before = process.memoryUsage();
      for (let i = 0; i < 6; ++i) await round();
      const after = process.memoryUsage();
      // 240 contexts with their connections are more than 100 MB when they are kept.
      assert.ok(after.rss - before.rss < 40e6, JSON.stringify({ before, after }));
      assert.ok(after.external - before.external < 5e6, JSON.stringify({ before, after }));
      console.log('done');`;
    const nodeOptions = ['--expose-gc'];
    expect(await runProgram({ main, mainLoads: true, nodeOptions })).toEqual(ENDED_WELL);
  });

  it('is not needed: a worker ends with handles that are still open', async () => {
    const worker = `${MAKE} globalThis.kept = Array.from({ length: 20 }, make); process.exit(0);`;
    const main = `for (let i = 0; i < 5; ++i) await repeat(2, untilExit); console.log('done');`;
    expect(await runProgram({ worker, main })).toEqual(ENDED_WELL);
  });
});
