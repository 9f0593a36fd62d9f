// The examples of the documentation, as a reader copies them: each by itself, checked against the shipped declarations.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { repoRoot } from './support/paths.js';
import { run } from './support/run.js';

const PAGES = ['README.md', 'docs/password.md', 'docs/pbkdf2.md', 'docs/sessions.md'];

/** What the examples leave to their reader: declared only where a comment says that it is theirs. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  contextFor: `declare function contextFor(
    name: string | null,
  ): Promise<import('hermetic-ssl/ssl').SSLContext | undefined>;`,
  password: 'declare const password: string;',
  user: 'declare const user: { stored: string };',
  User: 'interface User { id: number; stored: string }',
  log: 'declare function log(text: string): void;',
  find: 'declare function find(name: string): Promise<{ stored: string } | undefined>;',
};

/** Shows that the declarations are read: without them it would compile no better than the examples. */
const CONTROL = `import * as ssl from 'hermetic-ssl/ssl';
// @ts-expect-error -- there is none
ssl.noSuchFunction();
`;

function programOf(code: string): string {
  const remarks = code.match(/\/\/.*\byours\b/g)?.join('\n') ?? '';
  const names = Object.keys(PLACEHOLDERS).filter((name) => remarks.match(`\\b${name}\\b`));
  return [...names.map((name) => PLACEHOLDERS[name]), code, 'export {};'].join('\n');
}

const programs = PAGES.flatMap((page) => {
  const text = readFileSync(path.join(repoRoot, page), 'utf8');
  const codes = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);
  return codes.map((code, i) => [`${path.basename(page, '.md')}-${i + 1}.mts`, programOf(code)]);
}) as [name: string, text: string][];

// In the package's own folder, where its name is resolved.
const folder = mkdtempSync(path.join(repoRoot, 'build-examples-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TSC = path.join(repoRoot, 'node_modules/typescript/bin/tsc');
const OPTIONS = '--noEmit --strict --noImplicitReturns --module nodenext --lib es2023 --types node';

describe('The examples of the documentation', () => {
  it('compile', { timeout: 130_000 }, async () => {
    expect(programs.length).toBeGreaterThanOrEqual(6);
    const files: [string, string][] = [...programs, ['control.mts', CONTROL]];
    for (const [name, text] of files) writeFileSync(path.join(folder, name), text);
    const args = [TSC, ...OPTIONS.split(' '), '--ignoreConfig', ...files.map(([name]) => name)];
    const { code, output } = await run(process.execPath, args, { cwd: folder });
    expect({ code, output }).toEqual({ code: 0, output: '' });
  });
});
