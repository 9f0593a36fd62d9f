// The generator of docs/api: what it writes, and what it refuses.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { TempDirectory } from '../helpers/temp.js';
import { repoRoot } from './support/paths.js';
import { run } from './support/run.js';

const script = path.join(repoRoot, 'scripts', 'generate-api.mjs');
const temp = await TempDirectory.create();
afterAll(() => temp.close());

const MANIFEST = {
  name: 'toy',
  type: 'module',
  exports: {
    '.': { types: './dist/index.d.ts' },
    './extra': { types: './dist/extra.d.ts' },
    './package.json': './package.json',
  },
};
const CONFIG = {
  compilerOptions: {
    ...{ target: 'ES2022', module: 'NodeNext', rootDir: 'lib', outDir: 'dist' },
    ...{ lib: ['ES2022'], types: [] },
    ...{ declaration: true, stripInternal: true, strict: true },
  },
  include: ['lib/**/*.ts'],
};

const GOOD = `/**
 * Toys of all kinds. More about them.
 * @module
 */
export { Toy as Plaything } from './toy.js';
export type { Settings } from './toy.js';
export * from './toy.js';

/**
 * Makes a {@link Toy}.
 *
 * @param settings What is not usual.
 * @returns A new one.
 * @throws RangeError for a weight below 0.
 */
export function make(settings: Settings): Toy { return new Toy(settings); }
import { type Settings, Toy } from './toy.js';
`;
const TOY = `class Base {
  /** How heavy it is, in grams. */
  get weight(): number { return 1; }
  /** @internal */
  secret = 1;
}
/** A toy. */
export class Toy extends Base {
  #hidden = 1;
  /** Makes one. */
  constructor(settings: Settings) { super(); void settings; void this.#hidden; }
  /** @hidden */
  quiet(): void {}
}
/** What a toy may be. */
export interface Settings {
  /** In grams. */
  weight?: number;
}
/** Colours, to be combined. */
export const Colour = { RED: 1, GREEN: 0x10 } as const;
export type Colour = number;
export const { RED } = Colour;
`;
const EXTRA = `/**
 * More toys.
 * @module
 */
export { Toy } from './toy.js';
`;

/** Writes a package and gives its folder. */
function project(name: string, files: Readonly<Record<string, string>>): string {
  const root = temp.join(name);
  mkdirSync(path.join(root, 'lib'), { recursive: true });
  const all = {
    'package.json': JSON.stringify(MANIFEST),
    'tsconfig.json': JSON.stringify(CONFIG),
    ...{ 'lib/index.ts': GOOD, 'lib/toy.ts': TOY, 'lib/extra.ts': EXTRA },
    ...files,
  };
  for (const [file, text] of Object.entries(all)) writeFileSync(path.join(root, file), text);
  return root;
}

const readPage = (root: string, name: string): string =>
  readFileSync(path.join(root, 'docs/api', name), 'utf8');

const generate = (root: string, ...more: string[]) =>
  run(process.execPath, [script, '--source', root, '--output', root, ...more]);

describe('The reference of the public API', { timeout: 180_000 }, () => {
  it('says of each name what its comment says', async () => {
    const root = project('good', {});
    const { code, output } = await generate(root);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('index.md') });
    const page = readPage(root, 'index.md');
    expect(page).toContain('# toy\n\nToys of all kinds. More about them.\n');
    expect(page).toContain(
      '### make\n\n```ts\nfunction make(settings: Settings): Toy\n```\n\nMakes a [`Toy`](#toy).\n\n' +
        '- `settings`: What is not usual.\n- Returns: A new one.\n- Throws: RangeError for a weight below 0.\n\n' +
        'Types: [Settings](#settings), [Toy](#toy)\n',
    );
    expect(page).toContain('### Plaything\n\nThe same as [Toy](#toy).\n');
    expect(page).toContain('#### Toy.constructor\n\n```ts\nnew Toy(settings: Settings)\n```');
    expect(page).toContain('```ts\nreadonly weight: number\n```\n\nHow heavy it is, in grams.\n');
    expect(page).toContain('- **`weight?: number`** In grams.');
    expect(page).toContain('| **`RED`** | 0x1 |  |\n| `GREEN` | 0x10 |  |');
    expect(page).not.toMatch(/secret|hidden|quiet|Base/);
    expect(readPage(root, 'extra.md')).toContain('The same as [Toy of toy](index.md#toy).');
    expect(readPage(root, 'README.md')).toContain('| [toy](index.md) | Toys of all kinds. |');
  });

  it('is checked against the comments', async () => {
    const root = project('checked', {});
    await generate(root);
    expect((await generate(root, '--check')).output).toBe('generate-api: 3 pages are up to date\n');
    project('checked', { 'lib/toy.ts': TOY.replace('In grams.', 'In ounces.') });
    const stale = await generate(root, '--check');
    expect(stale).toMatchObject({ code: 1, output: expect.stringContaining('docs/api/index.md') });
    writeFileSync(path.join(root, 'docs/api/gone.md'), '');
    const left = await generate(root, '--check');
    expect(left).toMatchObject({ code: 1, output: expect.stringContaining('docs/api/gone.md') });
  });

  it('is refused with a list while names lack a comment', async () => {
    const silent = (text: string): string => text.replaceAll(/\/\*\* [A-Z].*?\*\//g, '');
    const functions = 'export function first(): void {}\nexport const second = 1;\n';
    const root = project('silent', { 'lib/toy.ts': silent(TOY), 'lib/extra.ts': functions });
    const { code, output } = await generate(root);
    const names = ['extra.ts: first', 'extra.ts: second', 'toy.ts: Colour', 'toy.ts: Settings'];
    const members = ['toy.ts: Settings.weight', 'toy.ts: Toy', 'toy.ts: Toy.constructor'];
    const all = [...names, ...members, 'toy.ts: Toy.weight'].map((name) => `  lib/${name}\n`);
    const expected = `\nerror: public names without a doc comment:\n${all.join('')}`;
    expect({ code, output }).toEqual({ code: 1, output: expected });
  });

  it('is refused while a link leads nowhere', async () => {
    const text = GOOD.replace('{@link Toy}', '{@link Game}');
    const { code, output } = await generate(project('link', { 'lib/index.ts': text }));
    const expected = expect.stringContaining('{@link Game} leads nowhere (lib/index.ts)');
    expect({ code, output }).toEqual({ code: 1, output: expected });
  });

  it('is refused while users cannot import a type', async () => {
    const text = GOOD.replaceAll(/^export (?:type|\*).*\n/gm, '');
    const { code, output } = await generate(project('type', { 'lib/index.ts': text }));
    const expected = expect.stringContaining(
      'make of toy uses Settings, which no entry point exports',
    );
    expect({ code, output }).toEqual({ code: 1, output: expected });
  });
});
