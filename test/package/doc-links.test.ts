// Every link of the documentation to a file of the repository, or to a heading in one, leads there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { repoRoot } from './support/paths.js';

const pages = ['', 'bench', 'deps/openssl', 'docs', 'native', 'test'].flatMap((folder) =>
  readdirSync(path.join(repoRoot, folder), { recursive: folder !== '' })
    .map((name) => path.posix.join(folder, String(name).split(path.sep).join('/')))
    .filter((name) => name.endsWith('.md')),
);

/** Returns the page without code, which has neither links nor headings. */
const textOf = (page: string): string =>
  readFileSync(path.join(repoRoot, page), 'utf8').replaceAll(/^```.*?^```$/gms, '');

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, title = ''] of textOf(page).matchAll(/^#+ (.*)$/gm)) {
    const slug = title
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let i = 1; anchors.has(anchor); i += 1) anchor = `${slug}-${i}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** Links that lead nowhere. */
function* broken(page: string): Generator<string> {
  const text = textOf(page).replaceAll(/`[^`\n]*`/g, (code) => 'x'.repeat(code.length));
  for (const [, link = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^\w+:/.test(link)) continue;
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
    const isThere = existsSync(path.join(repoRoot, target));
    const isHeading = anchor === undefined || (isThere && anchorsOf(target).has(anchor));
    if (!isThere || !isHeading) yield link;
  }
}

describe('The links of', () => {
  it.each(pages)('%s lead somewhere', (page) => {
    expect([...broken(page)]).toEqual([]);
  });

  it('the pages are looked at', () => {
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/api/ssl.md']));
    expect(new Set(pages).size).toBe(pages.length);
  });
});
