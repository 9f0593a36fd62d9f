// Finds links of the built pages that lead nowhere: to a missing page, file or anchor.
import fs from 'node:fs';
import path from 'node:path';
import { BASE, withoutBase } from './pages.mjs';

const decode = (text) => decodeURIComponent(text.replaceAll('&amp;', '&'));
const all = (html, pattern) => [...html.matchAll(pattern)].map(([, value]) => decode(value));

function read(folder, page) {
  const html = fs.readFileSync(path.join(folder, page), 'utf8');
  return {
    ids: new Set(all(html, /\sid="([^"]*)"/g)),
    links: all(html, /<a\s[^>]*?href="([^"]*)"/g),
  };
}

/** Returns the page that an address of the site stands for. */
function pageOf(address) {
  const name = address === '/' ? '/index.html' : address;
  return name.endsWith('/') ? `${name}index.html` : name;
}

/**
 * @param {string} folder
 * @param {string[]} pages
 * @returns {string[]}
 */
export function brokenLinks(folder, pages) {
  const known = new Map(pages.map((page) => [page, read(folder, page)]));
  const problems = [];
  for (const [page, { links }] of known) {
    for (const link of new Set(links)) {
      if (/^(?:[a-z]+:|\/\/)/.test(link)) continue;
      const { pathname, hash } = new URL(link, `http://site${BASE.slice(0, -1)}${page}`);
      const target = pageOf(withoutBase(decode(pathname)));
      const found = known.get(target) ?? known.get(`${target}.html`);
      const anchor = decode(hash.slice(1));
      if (found === undefined) {
        if (!fs.existsSync(path.join(folder, target))) problems.push(`${page}: ${link} is missing`);
      } else if (anchor !== '' && !found.ids.has(anchor)) {
        problems.push(`${page}: ${link} has no such anchor`);
      }
    }
  }
  return problems;
}
