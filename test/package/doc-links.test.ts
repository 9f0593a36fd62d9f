// Every link of the documentation to a file of the repository, or to a heading in one, leads there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { repoRoot } from './support/paths.js';

const pages = ['', 'bench', 'deps/openssl', 'docs', 'native', 'test'].flatMap(
  (folder) =>
    readdirSync(path.join(repoRoot, folder), { recursive: folder !== '' })
      .map((name) => path.posix.join(folder, String(name).split(path.sep).join('/')))
      .filter((name) => name.endsWith('.md') && !name.includes('/node_modules/')), // of the site
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

/** Returns the links of a page to files, and to headings of the page itself. */
function linksOf(page: string): string[] {
  const text = textOf(page).replaceAll(/`[^`\n]*`/g, (code) => 'x'.repeat(code.length));
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => !/^\w+:/.test(link));
}

const targetOf = (page: string, file: string): string =>
  file === '' ? page : path.posix.join(path.posix.dirname(page), file);

/** Links that lead nowhere. */
function* broken(page: string): Generator<string> {
  for (const link of linksOf(page)) {
    const [file = '', anchor] = link.split('#');
    const target = targetOf(page, file);
    const isThere = existsSync(path.join(repoRoot, target));
    const isHeading = anchor === undefined || (isThere && anchorsOf(target).has(anchor));
    if (!isThere || !isHeading) yield link;
  }
}

/** The first page of the site, which has its own links. */
const SITE_HOME = 'docs/home.md';

/** Returns the pages that a reader reaches from this page. A link to a folder leads to all of its pages. */
function reachedFrom(start: string): Set<string> {
  const reached = new Set([start]);
  for (const page of reached)
    for (const link of linksOf(page)) {
      const target = targetOf(page, link.split('#')[0] ?? '');
      for (const each of pages)
        if (each === target || path.posix.dirname(each) === target) reached.add(each);
    }
  return reached;
}

describe('The links of', () => {
  it.each(pages)('%s lead somewhere', (page) => {
    expect([...broken(page)]).toEqual([]);
  });

  it('docs/README.md lead to every page of docs', () => {
    const reached = reachedFrom('docs/README.md');
    const inDocs = pages.filter((page) => page.startsWith('docs/') && page !== SITE_HOME);
    expect(inDocs.filter((page) => !reached.has(page))).toEqual([]);
  });

  it('CONTRIBUTING.md name files that exist', () => {
    const text = readFileSync(path.join(repoRoot, 'CONTRIBUTING.md'), 'utf8');
    const named = [...text.matchAll(/`((?:native|lib|test|docs|deps|scripts)\/[\w./-]+)`/g)];
    const files = named.map(([, name = '']) => name);
    expect(files).toContain('lib/ssl/context.ts');
    expect(files.filter((name) => !existsSync(path.join(repoRoot, name)))).toEqual([]);
  });

  it('the pages are looked at', () => {
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/api/ssl.md']));
    expect(new Set(pages).size).toBe(pages.length);
  });
});
