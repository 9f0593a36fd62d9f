// The pages of the built site.
import fs from 'node:fs';
import path from 'node:path';

/** The folder in which the site lies, as in docs/.vitepress/config.mjs. */
export const BASE = process.env.HERMETIC_SITE_BASE ?? '/';

/** Returns an address of the site relative to its folder, with a slash in front. */
export const withoutBase = (pathname) =>
  pathname.startsWith(BASE) ? `/${pathname.slice(BASE.length)}` : pathname;

/** Returns the paths of the pages, as in their addresses: /docs/start.html. */
export const pagesOf = (folder) =>
  fs
    .readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.html') && name !== '404.html')
    .map((name) => `/${name.split(path.sep).join('/')}`)
    .toSorted((a, b) => (a < b ? -1 : 1));
