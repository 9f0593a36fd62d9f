// The example applications for Electron, as far as Node can run them: Electron itself cannot be had here
// (docs/electron.md says what ran by hand).
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { moduleAnswer } from '../helpers/run-module.js';
import { repoRoot } from './support/paths.js';

interface Manifest {
  readonly version: string;
  readonly main: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly build?: { readonly files: readonly string[] };
}

const NAMES = ['electron-builder', 'electron-forge'];
const CODE = ['derive.mjs', 'index.html', 'main.mjs', 'page.js', 'preload.cjs'];
const fileOf = (name: string, file: string) => path.join(repoRoot, 'examples', name, file);
const textOf = (name: string, file: string) => readFileSync(fileOf(name, file), 'utf8');
const manifestOf = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Manifest;

/** Stands for Electron's port, of which only this is used. */
const PORT = `
  import { EventEmitter } from 'node:events';
  const answers = [];
  process.parentPort = Object.assign(new EventEmitter(), { postMessage: (answer) => answers.push(answer) });
  process.on('exit', () => console.log(JSON.stringify(answers.toSorted((a, b) => a.number - b.number))));
`;

describe.each(NAMES)('the example %s', (name) => {
  const manifest = manifestOf(fileOf(name, 'package.json'));

  it('names one version of everything, and of this package the present one', () => {
    const { dependencies, devDependencies } = manifest;
    expect(dependencies).toEqual({ 'hermetic-ssl': manifestOf(path.join(repoRoot, 'package.json')).version }); // prettier-ignore
    for (const version of Object.values(devDependencies))
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('has the files that it is made of', () => {
    expect(readdirSync(fileOf(name, ''))).toEqual(expect.arrayContaining(CODE));
    expect(CODE).toContain(manifest.main);
    expect((manifest.build?.files ?? CODE).toSorted()).toEqual(CODE);
  });

  it('is the same code as the other', () => {
    for (const file of CODE) expect(textOf(name, file)).toBe(textOf(NAMES[0] ?? '', file));
  });

  it('isolates the page', () => {
    const main = textOf(name, 'main.mjs');
    for (const setting of ['contextIsolation: true', 'nodeIntegration: false', 'sandbox: true'])
      expect(main).toContain(setting);
    expect(textOf(name, 'preload.cjs')).not.toContain("require('hermetic");
    expect(textOf(name, 'index.html')).toContain("default-src 'none'");
  });

  it('derives keys as its page asks, and answers what it cannot derive', { timeout: 60_000 }, async () => {
    const messages = [
      { number: 1, password: 'p', salt: 's' },
      { number: 2, password: 3, salt: 's' },
    ];
    const asks = messages.map((data) => `process.parentPort.emit('message', ${JSON.stringify({ data })});`);
    const answers = await moduleAnswer([PORT, textOf(name, 'derive.mjs'), ...asks].join('\n'));
    // By hashlib of Python.
    const key = '0b45787807213e14200ffee19080e63d8cedb31b512ed76788ba13ab0babeb63';
    expect(answers).toEqual([
      { number: 1, key },
      { number: 2, error: expect.stringContaining('ERR_INVALID_ARG_TYPE') as string },
    ]);
  }); // prettier-ignore
});
