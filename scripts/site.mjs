// Builds docs/ into a static site, docs/.vitepress/dist, and checks it:
//   node scripts/site.mjs [--browser]
// Every link and anchor has to lead somewhere, and the search has to find every public name. --browser also opens every page in
// Chromium: narrow and wide, dark and light, without errors, requests to other hosts, or serious findings of axe-core.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { repoRoot } from './lib/paths.mjs';
import { runShown } from './lib/run-shown.mjs';
import { runMain, UserError } from './lib/user-error.mjs';
import { brokenLinks } from './site/links.mjs';
import { pagesOf } from './site/pages.mjs';
import { notFound } from './site/search.mjs';

const docs = path.join(repoRoot, 'docs');
const site = path.join(docs, '.vitepress', 'dist');

/** Installs VitePress and what the checks need, unless they are there. */
async function install() {
  const lock = path.join(docs, 'package-lock.json');
  const installed = path.join(docs, 'node_modules', '.package-lock.json');
  const age = (file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (age(installed) >= age(lock)) return;
  const args = [
    'ci',
    '--prefix',
    docs,
    '--ignore-scripts',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
  ];
  await runShown('npm ci', 'npm', args);
}

/** Builds the site; returns its folder. */
export async function buildSite() {
  await install();
  const program = path.join(docs, 'node_modules', 'vitepress', 'bin', 'vitepress.js');
  await runShown('vitepress', process.execPath, [program, 'build', docs]);
  return site;
}

/** Returns the problems of the built site, as lines. */
export async function problemsOfSite(folder, { browser = false } = {}) {
  const pages = pagesOf(folder);
  const problems = [...brokenLinks(folder, pages), ...(await notFound(folder))];
  if (!browser) return problems;
  const { problemsInBrowser } = await import('./site/browser.mjs');
  return [...problems, ...(await problemsInBrowser(folder, pages))];
}

if (process.argv[1] === import.meta.filename) {
  await runMain(async () => {
    const { values } = parseArgs({ options: { browser: { type: 'boolean' } } });
    const folder = await buildSite();
    const problems = await problemsOfSite(folder, values);
    if (problems.length > 0) throw new UserError(`the site has problems:\n${problems.join('\n')}`);
    console.log(`site: ${pagesOf(folder).length} pages in ${path.relative(repoRoot, folder)}`);
  });
}
