// Looks up every public name in the index of the site's search, as the browser does.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { publicNames } from '../../docs/.vitepress/public-names.mjs';
import { repoRoot } from '../lib/paths.mjs';

/** Those of VitePress's search box. */
const FIELDS = { fields: ['title', 'titles', 'text'], storeFields: ['title', 'titles'] };
const SEARCH = { fuzzy: 0.2, prefix: true, boost: { title: 4, text: 2, titles: 1 } };
const FIRST = 10;

async function readIndex(folder) {
  const chunks = path.join(folder, 'assets', 'chunks');
  const name = fs.readdirSync(chunks).find((file) => file.startsWith('@localSearchIndexroot'));
  const { default: text } = await import(pathToFileURL(path.join(chunks, name)).href);
  const { resolve } = createRequire(path.join(repoRoot, 'docs', 'package.json'));
  const { default: MiniSearch } = await import(pathToFileURL(resolve('minisearch')).href);
  return MiniSearch.loadJSON(text, { ...FIELDS, searchOptions: SEARCH });
}

/** Returns a line for each public name that is not among the first results. */
export async function notFound(folder) {
  const index = await readIndex(folder);
  const names = [...publicNames(repoRoot).keys()].filter((name) => !name.includes('.'));
  const isFound = (name) =>
    index
      .search(name)
      .slice(0, FIRST)
      .some(({ id }) => id.includes('/docs/api/'));
  return names
    .filter((name) => !isFound(name))
    .map((name) => `the search does not find ${name} in the reference`);
}
