// Serves the files of a folder: index pages, ranges, conditional requests. Files outside the folder and hidden files are
// not found.
import { createReadStream, type Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { contentTypeOf } from './content-types.js';
import { indexPage } from './index-page.js';
import { respond, respondText, writeHead, type Handler, type Request, type Response } from './messages.js'; // prettier-ignore
import { rangeOf } from './ranges.js';

const isHidden = (name: string): boolean => name.startsWith('.') && name !== '.well-known';

/** Returns the parts of a URL's path, decoded; null if it does not name a file that may be served. */
export function partsOf(url: string): string[] | null {
  try {
    const { pathname } = new URL(url, 'https://localhost');
    const parts = pathname.split('/').slice(1).map(decodeURIComponent);
    const isPlain = (part: string, index: number): boolean =>
      !/[/\\\0]/.test(part) && !isHidden(part) && (part !== '' || index === parts.length - 1);
    return parts.every(isPlain) ? parts : null;
  } catch {
    return null;
  }
}

/** Returns the file of a path below the root, null without one: links may not lead out of the root, or to hidden files. */
async function fileOf(root: string, parts: readonly string[]): Promise<string | null> {
  try {
    const file = await realpath(path.join(root, ...parts));
    const inside = path.relative(root, file).split(path.sep);
    return inside[0] === '..' || path.isAbsolute(inside.join(path.sep)) || inside.some(isHidden)
      ? null
      : file;
  } catch {
    return null;
  }
}

const etagOf = ({ size, mtimeMs }: Stats): string =>
  `"${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}"`;

function isFresh(request: Request, stats: Stats): boolean {
  const { 'if-none-match': match, 'if-modified-since': since } = request.headers;
  if (match !== undefined)
    return match.split(',').some((it) => it.trim().replace(/^W\//, '') === etagOf(stats) || it.trim() === '*'); // prettier-ignore
  return since !== undefined && Math.floor(stats.mtimeMs / 1000) * 1000 <= Date.parse(since);
}

async function sendFile(
  request: Request,
  response: Response,
  file: string,
  stats: Stats,
): Promise<void> {
  // prettier-ignore
  const { size } = stats;
  const headers = {
    'accept-ranges': 'bytes',
    'cache-control': 'no-cache',
    etag: etagOf(stats),
    'last-modified': stats.mtime.toUTCString(),
    'x-content-type-options': 'nosniff',
  };
  if (isFresh(request, stats)) {
    writeHead(response, 304, headers);
    response.end();
    return;
  }
  const { 'if-range': condition, range: wanted } = request.headers;
  const isWhole = condition !== undefined && condition !== headers.etag;
  const range = isWhole ? null : rangeOf(wanted, size);
  if (range === 'outside') {
    respondText(request, response, 416, 'range not satisfiable', { 'content-range': `bytes */${size}` }); // prettier-ignore
    return;
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  writeHead(response, range === null ? 200 : 206, {
    ...headers,
    'content-type': contentTypeOf(file),
    'content-length': end - start + 1,
    ...(range === null ? {} : { 'content-range': `bytes ${start}-${end}/${size}` }),
  });
  if (request.method === 'HEAD' || size === 0) response.end();
  else await pipeline(createReadStream(file, { start, end }), response);
}

async function sendIndex(
  request: Request,
  response: Response,
  folder: string,
  shown: string,
): Promise<void> {
  // prettier-ignore
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter(({ name }) => !isHidden(name))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .toSorted((a, b) => Number(b.endsWith('/')) - Number(a.endsWith('/')) || (a < b ? -1 : 1));
  const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' };
  respond(request, response, 200, headers, indexPage(shown, names));
}

async function send(root: string, request: Request, response: Response): Promise<void> {
  const parts = partsOf(request.url ?? '/');
  const file = parts === null ? null : await fileOf(root, parts);
  if (parts === null || file === null) return respondText(request, response, 404, 'not found');
  const stats = await stat(file);
  if (stats.isFile()) {
    if (parts.at(-1) === '') return respondText(request, response, 404, 'not found');
    return sendFile(request, response, file, stats);
  }
  if (!stats.isDirectory()) return respondText(request, response, 404, 'not found');
  if (parts.at(-1) !== '') {
    const location = `/${parts.map(encodeURIComponent).join('/')}/`;
    return respondText(request, response, 301, location, { location });
  }
  const index = await fileOf(root, [...parts, 'index.html']);
  if (index === null) return sendIndex(request, response, file, `/${parts.join('/')}`);
  return sendFile(request, response, index, await stat(index));
}

/** Returns the handler for the files of a folder, an absolute path without links. */
export const filesOf =
  (root: string): Handler =>
  async (request, response) => {
    if (request.method === 'GET' || request.method === 'HEAD') await send(root, request, response);
    else respondText(request, response, 405, 'only GET and HEAD', { allow: 'GET, HEAD' });
  };
