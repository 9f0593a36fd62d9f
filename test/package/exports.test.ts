// Every entry point by import and by require, with types, and the contents of the published tarball.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

interface Manifest {
  exports: Record<string, string | { types: string; default: string }>;
}
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
const entries = Object.entries(manifest.exports).filter(([, target]) => typeof target === 'object');
const names = entries.map(([key]) => path.posix.join('hermetic-ssl', key));

function evaluate(source: string, ...args: string[]): string {
  return execFileSync(process.execPath, [...args, '-e', source], { cwd: root, encoding: 'utf8' });
}

describe('the package', () => {
  it.each(names)('%s can be imported and required, with the same names', (name) => {
    // Modules that stand for Node's give require() the object that is their default export.
    const list =
      'console.log(JSON.stringify(Object.keys(m).filter((k) => !["module.exports", "default"].includes(k)).sort()))';
    const imported = evaluate(`import * as m from '${name}'; ${list}`, '--input-type=module');
    const required = evaluate(`const m = require('${name}'); ${list}`, '--no-warnings');
    expect(JSON.parse(required)).toEqual(JSON.parse(imported));
    expect(JSON.parse(imported)).not.toEqual([]);
  });

  it('gives types for every entry point', () => {
    for (const [, target] of entries) {
      if (typeof target === 'string') continue;
      expect(existsSync(path.join(root, target.types)), target.types).toBe(true);
      expect(Object.keys(target)).toEqual(['types', 'default']);
    }
  });

  it('says which OpenSSL it carries', () => {
    const version = JSON.parse(
      evaluate(
        "import { version } from 'hermetic-ssl'; console.log(JSON.stringify(version))",
        '--input-type=module',
      ),
    ) as { openssl: string; pin: string };
    expect(version.openssl).toContain(`OpenSSL ${version.pin} `);
  });

  it('publishes neither sources of the addon nor a build file that would start a compiler', () => {
    const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
    });
    const [{ files }] = JSON.parse(packed) as [{ files: { path: string }[] }];
    const paths = files.map((file) => file.path);
    expect(paths).toContain('dist/ssl.js');
    expect(paths).toContain('LICENSE');
    expect(
      paths.filter((file) => /\.gyp$|^native\/|^test\/|^scripts\/|CMakeLists/.test(file)),
    ).toEqual([]);
    expect(paths).not.toContain('dist/.compiled'); // the build's own mark
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      scripts: object;
    };
    expect(Object.keys(scripts)).not.toEqual(expect.arrayContaining(['install']));
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
  });
});

describe('LICENSE', () => {
  it('has the notice of node-addon-api, which is compiled into the addon', () => {
    const words = (file: string) =>
      readFileSync(path.join(root, file), 'utf8').replaceAll(/\s+/g, ' ').trim();
    const theirs = words('node_modules/node-addon-api/LICENSE.md');
    expect(words('LICENSE')).toContain(theirs.slice(theirs.indexOf('Permission is hereby')));
  });
});

describe('a missing or foreign addon', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hermetic-ssl-addon-'));
  writeFileSync(path.join(folder, 'text.node'), 'not an ELF file');
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['a file that is not there', '/nowhere/hermetic_ssl.node'],
    ['a file that is no addon', path.join(root, 'package.json')],
    ['a file that only has the name of one', path.join(folder, 'text.node')],
  ])('%s is an error that says where it was looked for and what to do', (_what, file) => {
    const env = { ...process.env, HERMETIC_SSL_BINARY: file };
    const source = "import('hermetic-ssl').catch((e) => console.log(e.code, e.message))";
    const told = execFileSync(process.execPath, ['-e', source], {
      cwd: root,
      env,
      encoding: 'utf8',
    });
    expect(told).toContain('ERR_HERMETIC_SSL_BINARY');
    expect(told).toContain(file);
    expect(told).toContain('Name another file in HERMETIC_SSL_BINARY, or unset it.');
  });
});

describe('HERMETIC_SSL_BINARY', () => {
  const load = (file: string) =>
    execFileSync(
      process.execPath,
      ['-e', "import('hermetic-ssl').then(() => console.log('loaded'))"],
      {
        cwd: root,
        env: { ...process.env, HERMETIC_SSL_BINARY: file },
        encoding: 'utf8',
      },
    );

  it('may be a path from the working directory', () => {
    const built = process.env['HERMETIC_SSL_BINARY'] || 'build/Release/hermetic_ssl.node';
    expect(load(path.relative(root, path.resolve(root, built)))).toBe('loaded\n');
  });

  it('has no effect when it is empty', (test) => {
    if (process.env['HERMETIC_SSL_BINARY'])
      return test.skip('another addon than the built one is tested');
    expect(load('')).toBe('loaded\n');
  });
});
