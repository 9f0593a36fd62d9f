// The public names and their places on the pages of the reference, for links from the guides.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { slug } from './slug.mjs';

const HEADING = /^#{3,4} (\S+)$/gm;

/** A name of several entry points leads to the one with a namespace of that name first. */
const ORDER = [
  'ssl',
  'hashlib',
  'hmac',
  'secrets',
  'os',
  'password',
  'tls',
  'https',
  'fleet',
  'index',
];

/**
 * Returns where each public name is described, as /docs/api/<page>#<anchor>, by its name and with its namespace (`ssl.connect`).
 * @param {string} repository
 * @returns {Map<string, string>}
 */
export function publicNames(repository) {
  const folder = path.join(repository, 'docs', 'api');
  const known = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md');
  const place = (file) => (ORDER.indexOf(file.slice(0, -3)) + ORDER.length + 1) % (ORDER.length + 1);
  const names = new Map();
  for (const file of known.toSorted((a, b) => place(a) - place(b))) {
    const page = file.slice(0, -3);
    for (const [, name] of readFileSync(path.join(folder, file), 'utf8').matchAll(HEADING)) {
      const target = `/docs/api/${page}#${slug(name)}`;
      for (const spelling of [name, `${page}.${name}`])
        if (!names.has(spelling)) names.set(spelling, target);
    }
  }
  return names;
} // prettier-ignore
