// The plots of benchmarks say on which machine they were measured, and when: a picture is copied without its page.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { repoRoot } from './support/paths.js';

const folder = path.join(repoRoot, 'bench/results');
const plots = readdirSync(folder).filter((name) => name.endsWith('.svg'));
const textOf = (name: string): string => readFileSync(path.join(folder, name), 'utf8');

describe('the plots of benchmarks', () => {
  it('are there', () => expect(plots.length).toBeGreaterThan(2));

  it.each(plots)('%s says its machine and its date', (name) => {
    const [, date = ''] = /^(\d{4}-\d\d-\d\d)-/.exec(name) ?? [];
    const page = textOf(name.replace('.svg', '.md'));
    const [, processor = ''] = /^- ([^,(]+?)[ ,(]*(?:\(|, )/m.exec(page) ?? [];
    expect(processor).not.toBe('');
    const words = [...textOf(name).matchAll(/>([^<]+)</g)].map(([, text]) => text).join(' ');
    expect(words).toContain(processor);
    expect(words).toContain(date);
    expect(words).toMatch(/\d processors/);
    expect(page).toContain(`](${name})`);
  });
});

describe('README.md', () => {
  const text = readFileSync(path.join(repoRoot, 'README.md'), 'utf8');
  const blocks = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];

  it('has one picture, two commands, three examples and one table', () => {
    const pictures = [...text.matchAll(/!\[[^\]]+\]\(bench\/results\/([\w-]+\.svg)\)/g)];
    expect(pictures.map(([, name]) => name)).toEqual([expect.toSatisfy((name: string) => plots.includes(name))]); // prettier-ignore
    expect(blocks.map(([, language]) => language)).toEqual(['sh', 'ts', 'ts', 'ts']);
    expect(blocks[0]?.[2]?.trim().split('\n')).toHaveLength(2);
    expect(text.match(/^\|[-|]+\|$/gm)).toHaveLength(1);
  });

  it('says what it is in the first hundred words', () => {
    const first = text.split(/\s+/).slice(0, 100).join(' ');
    for (const word of ['OpenSSL', 'Node', 'pinned', 'ssl', '.svg']) expect(first).toContain(word);
  });
});
