// Downloads an archive from the addresses of deps/openssl/pin.json.
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createProgress } from '../lib/progress.mjs';

/** A closed network often drops packets instead of refusing them, so waiting longer is useless. */
const ANSWER_MS = 6_000;
const STALL_MS = 30_000;

/** @type {import('./sources.mjs').Way['find']} */
export async function viaDownload({ archive: { urls, names }, env, log }, folder) {
  const causes = [];
  for (const url of urls) {
    try {
      log(`asking ${new URL(url).host} for ${names[0]}`);
      return await download(url, path.join(folder, 'official'));
    } catch (error) {
      causes.push(`${url}: ${causeOf(error)}`);
    }
  }
  throw new Error(causes.join('; ') + proxyHint(env));
}

/**
 * Fetches one address into a file; redirects are followed.
 * @returns {Promise<string>} the file
 */
export async function download(url, file, { answerMs = ANSWER_MS, stallMs = STALL_MS } = {}) {
  const abort = new AbortController();
  const expire = (what, ms) => abort.abort(new Error(`no ${what} within ${ms / 1000} s`));
  let timer = setTimeout(expire, answerMs, 'answer', answerMs);
  const progress = createProgress('downloading');
  try {
    const response = await fetch(url, { signal: abort.signal, redirect: 'follow' });
    if (!response.ok) throw new Error(`HTTP ${response.status} ${response.statusText}`.trim());
    const total = megabytes(Number(response.headers.get('content-length') ?? 0));
    let received = 0;
    const watched = Readable.fromWeb(response.body).on('data', (chunk) => {
      clearTimeout(timer);
      timer = setTimeout(expire, stallMs, 'data', stallMs);
      received += chunk.length;
      progress.update(megabytes(received), total, 'MB');
    });
    await pipeline(watched, fs.createWriteStream(file));
    return file;
  } finally {
    clearTimeout(timer);
  }
}

const megabytes = (bytes) => Math.round(bytes / 1e6);

/** fetch hides the reason of a failed connection one or two levels down in the cause. */
function causeOf(error) {
  const inner = error.cause?.errors?.[0] ?? error.cause;
  return inner?.message ? `${error.message} (${inner.message})` : error.message;
}

function proxyHint(env) {
  const proxy = env.HTTPS_PROXY || env.https_proxy;
  return proxy
    ? "; note that Node's fetch does not use HTTPS_PROXY unless NODE_USE_ENV_PROXY=1 is set (Node 24 and newer)"
    : '';
}
