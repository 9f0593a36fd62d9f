// scripts/check-language.mjs finds each habit of speech in each kind of text, and the repository itself is within the limit.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { repoRoot } from './support/paths.js';

const script = path.join(repoRoot, 'scripts', 'check-language.mjs');

function check(root: string): { status: number | null; output: string } {
  const result = spawnSync(process.execPath, [script, root], { encoding: 'utf8' });
  return { status: result.status, output: result.stdout + result.stderr };
}

function checkFile(name: string, text: string): { status: number | null; output: string } {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'language-'));
  try {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
    return check(root);
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

/** [kind, file, text with one habit] */
const samples: [string, string, (bad: string) => string][] = [
  ['comments', 'lib/a.ts', (bad) => `const a = 1;\n// ${bad}\n`],
  ['comments', 'native/a.cc', (bad) => `int a;\n// ${bad}\n`],
  ['messages', 'native/a.cc', (bad) => `int a;\nauto b = "${bad}";\n`],
  ['titles', 'test/a.test.ts', (bad) => `const a = 1;\nit('${bad}', b);\n`],
  ['pages', 'docs/a.md', (bad) => `# A page\n\n${bad}\n`],
];

/** [habit, a sentence that has it, the same without it] */
const habits: [string, string, string][] = [
  ['a sentence that begins with what', 'What was sent is kept.', 'The peer keeps the record.'],
  ['none, nobody', 'The peer has none of these.', 'The peer does not have any of these.'],
  ['tell, told', 'The alert tells the reason.', 'The alert reports the reason.'],
  ['is no X', 'The chain is no reason.', 'The chain is not a reason.'],
  ['beside, anew', 'The peer starts anew here.', 'The peer starts again here.'],
];

describe.each(samples)('check-language, with %s of %s', (kind, file, textWith) => {
  it.each(habits)('reports %s', (habit, bad) => {
    const { status, output } = checkFile(file, textWith(bad));
    expect(status).toBe(1);
    expect(output).toContain(`OVER ${kind}: ${habit}`);
    expect(output).toMatch(new RegExp(`^    ${file}:[23]: `, 'm'));
  });

  it.each(habits)('accepts plain English instead of %s', (_habit, _bad, good) => {
    const { status, output } = checkFile(file, textWith(good));
    expect(output).not.toContain('OVER');
    expect(status).toBe(0);
  });
});

describe('check-language', () => {
  it('counts each kind of text by itself, so that many comments do not excuse a page', () => {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'language-'));
    try {
      fs.mkdirSync(path.join(root, 'docs'));
      fs.mkdirSync(path.join(root, 'lib'));
      fs.writeFileSync(path.join(root, 'lib/a.ts'), '// The peer keeps the record.\n'.repeat(5000));
      fs.writeFileSync(path.join(root, 'docs/a.md'), 'The peer starts anew here.\n');
      const { status, output } = check(root);
      expect(status).toBe(1);
      expect(output).toContain('OVER pages');
      expect(output).not.toContain('OVER comments');
    } finally {
      fs.rmSync(root, { recursive: true, force: true });
    }
  });

  it('is a step of npm run lint', () => {
    const { status, output } = check(repoRoot);
    expect(output).not.toContain('OVER');
    expect(status).toBe(0);
    const steps = fs.readFileSync(path.join(repoRoot, 'scripts', 'lint', 'typescript.mjs'), 'utf8');
    expect(steps).toContain("{ name: 'language', run: () => runScript('check-language.mjs') }");
  });
});
