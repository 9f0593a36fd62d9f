// Importing the package loads as little as possible, since it delays the start of every program that uses it.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

/** Returns the output of a process that imports one entry point; `loaded` says whether the runtime has loaded a module. */
function afterImport(name: string, expression: string): unknown {
  const program = `
    const m = await import(${JSON.stringify(name)});
    const loaded = (each) => process.moduleLoadList.includes('NativeModule ' + each);
    console.log(JSON.stringify(${expression}));`;
  const args = ['--input-type=module', '-e', program];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }));
}

describe('importing the package', () => {
  it("loads nothing of the runtime's own TLS and hashes, and no network", () => {
    const modules = [
      'crypto',
      'tls',
      '_tls_wrap',
      'child_process',
      'worker_threads',
      'http',
      'net',
    ];
    const all = `${JSON.stringify(modules)}.filter(loaded)`;
    expect(afterImport('hermetic-ssl', all)).toEqual([]);
  });

  it('loads no streams where only hashes are wanted', () => {
    for (const name of ['hashlib', 'hmac', 'os', 'secrets', 'password'])
      expect(afterImport(`hermetic-ssl/${name}`, "loaded('stream')"), name).toBe(false);
    expect(afterImport('hermetic-ssl/ssl', "loaded('stream')")).toBe(true); // `loaded` distinguishes them
  });

  it('gives the same classes by every way', () => {
    const pairs = [
      ['ssl', 'SSLError'],
      ['ssl', 'SSLContext'],
      ['hashlib', 'Hash'],
      ['hmac', 'HMAC'],
      ['secrets', 'SystemRandom'],
    ];
    for (const [space, name] of pairs) {
      const same = `m.${space}.${name} === (await import('hermetic-ssl/${space}')).${name} && typeof m.${space}.${name}`;
      expect(afterImport('hermetic-ssl', same), name).toBe('function');
    }
  });
});
