// The plots of benchmarks say on which machine they were measured, and when: a picture is copied without its page.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { load } from './openssl-fixtures.js';
import { repoRoot } from './support/paths.js';

interface Results {
  newest: (folder: string, name: string) => string;
  ratiosOf: (page: string) => { name: string; ratio: string }[];
  outputs: (root: string) => Record<string, string>;
}
const results = await load<Results>('../generate-results.mjs');

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

describe('what other pages quote of the results', () => {
  it('is of the newest ones, and up to date', () => {
    const made = results.outputs(repoRoot);
    expect(Object.keys(made)).toEqual(['README.md', 'bench/results/README.md']);
    for (const [name, text] of Object.entries(made))
      expect(readFileSync(path.join(repoRoot, name), 'utf8')).toBe(text);
    const newest = results.newest(folder, 'tls');
    const all = readdirSync(folder).filter((name) => name.endsWith('-tls.md'));
    expect(`${newest}.md`).toBe(all.toSorted().at(-1));
    expect(made['README.md']).toContain(`bench/results/${newest}.md`);
  });

  it.each([
    [
      'of one Node',
      `| scenario | unit | ours | node:tls | ratio | CPU, ours | CPU, node:tls | ratio |
|---|---|---:|---:|---:|---:|---:|---:|
| bulk up | MB/s | 965 | 850 | 1.14 | 1,064 | 1,126 | 0.94 |`,
      [{ name: 'bulk up', ratio: '0.94' }],
    ],
    [
      'of several Nodes',
      `| CPU of the server, us | hermetic-ssl, Node 20 | node:tls, Node 20 | ratio, Node 20 | ratio, Node 26 |
|---|---:|---:|---:|---:|
| MB up | 10 | 11 | 0.91 | 1.20 |

| user + system, us | hermetic-ssl, Node 20 |
|---|---:|
| MB up | 4 + 6 |`,
      [{ name: 'MB up', ratio: '0.91' }],
    ],
  ])('are the ratios of processor time, from a page %s', (_, page, ratios) => {
    expect(results.ratiosOf(`# TLS\n\n- facts\n\n${page}\n`)).toEqual(ratios);
  });
});
