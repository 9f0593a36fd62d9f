// Opens every page of the built site in Chromium.
import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { repoRoot } from '../lib/paths.mjs';
import { BASE, withoutBase } from './pages.mjs';

const { resolve } = createRequire(path.join(repoRoot, 'docs', 'package.json'));
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json' }; // prettier-ignore
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 360, height: 740 };
const SERIOUS = ['serious', 'critical'];
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Returns the path of a Chromium, or undefined. */
export const findChromium = () =>
  [process.env.HERMETIC_CHROMIUM, ...PLACES].find((file) => file && fs.existsSync(file));

/** The address of axe-core: Chromium keeps the compiled code of a script that has an address. */
const AXE = '/axe-core.js';
/** A year, as on the hosts of such sites: the names of these files change with their contents. */
const KEPT = 'public, max-age=31536000, immutable';

/** Serves the folder, and axe-core, on this machine. */
async function serve(folder) {
  const axe = resolve('axe-core/axe.min.js');
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const isAxe = pathname === AXE;
    const file = isAxe ? axe : path.join(folder, withoutBase(decodeURIComponent(pathname)));
    if (isAxe || pathname.includes('/assets/')) response.setHeader('cache-control', KEPT);
    if (
      !(isAxe || file.startsWith(folder)) ||
      !fs.statSync(file, { throwIfNoEntry: false })?.isFile()
    )
      return response.writeHead(404).end();
    response.setHeader('content-type', TYPES[path.extname(file)] ?? 'application/octet-stream');
    return fs.createReadStream(file).pipe(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** The theme has no transitions for those who want less motion; a colour within a transition would be measured otherwise. */
const setScheme = (page, value) =>
  page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);

/** The rules that depend on colours: the dark page has the same elements as the light one. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** Runs axe-core; returns its serious findings. */
async function findings(page, scheme) {
  const rules = scheme === 'dark' ? { runOnly: { type: 'rule', values: COLOUR_RULES } } : {};
  const { violations } = await page.evaluate((options) => globalThis.axe.run(options), {
    resultTypes: ['violations'],
    ...rules,
  });
  return violations
    .filter(({ impact }) => SERIOUS.includes(impact))
    .map(({ id, nodes }) => `axe: ${id}, ${nodes.length} times, such as ${nodes[0].html.slice(0, 120)}`); // prettier-ignore
}

/** Waits for the colours of the scheme. */
const becomes = (page, scheme) =>
  page.waitForFunction(
    (isDark) =>
      document.documentElement.classList.contains('dark') === isDark &&
      document.getAnimations().every(({ playState }) => playState !== 'running'),
    { timeout: 5000 },
    scheme === 'dark',
  );

/** Waits until the page is an application: from then on, links and the search work, and its errors have been reported. */
const isRunning = (page) =>
  page.waitForFunction(() => '__vue_app__' in (document.querySelector('#app') ?? {}), {
    timeout: 10_000,
    polling: 20,
  });

/** Returns the words that a cell of a table breaks, for want of width. */
const brokenWords = (page) =>
  page.evaluate(() => {
    const range = document.createRange();
    const broken = [];
    for (const cell of document.querySelectorAll('td, th')) {
      const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      for (let text = texts.nextNode(); text !== null; text = texts.nextNode())
        for (const { 0: word, index } of text.data.matchAll(/\p{L}{3,}/gu)) {
          range.setStart(text, index);
          range.setEnd(text, index + word.length);
          if (range.getClientRects().length > 1) broken.push(word);
        }
    }
    return broken;
  });

const overflow = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - globalThis.innerWidth);

/** Returns the problems of one page in all its forms. */
async function lookAt(page, address) {
  const problems = [];
  const note = (text) => problems.push(`${new URL(address).pathname}: ${text}`);
  const onConsole = (message) => message.type() === 'error' && note(`console: ${message.text()}`);
  const onError = (error) => note(`error: ${error.message}`);
  const onRequest = (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== 'data:' && origin !== new URL(address).origin) note(`asks ${request.url()}`);
  };
  page.on('console', onConsole).on('pageerror', onError).on('request', onRequest);
  await page.setViewport(WIDE);
  await setScheme(page, 'light');
  await page.goto(address, { waitUntil: 'load' });
  await isRunning(page).catch(() => note('its application does not start'));
  await page.addScriptTag({ url: new URL(AXE, address).href });
  for (const scheme of ['light', 'dark']) {
    await setScheme(page, scheme);
    await becomes(page, scheme).catch(() => note(`is not ${scheme}`));
    for (const finding of await findings(page, scheme)) note(`${finding} (${scheme})`);
    for (const viewport of [NARROW, WIDE]) {
      await page.setViewport(viewport);
      const over = await overflow(page);
      if (over > 0) note(`is ${over} pixels wider than ${viewport.width} (${scheme})`);
      if (scheme === 'dark') continue; // the widths are the same
      const words = await brokenWords(page);
      if (words.length > 0) note(`breaks ${words.length} words in tables at ${viewport.width}, such as ${words[0]}`); // prettier-ignore
    }
  }
  page.off('console', onConsole).off('pageerror', onError).off('request', onRequest);
  return problems;
}

/** Pages that are open at the same time. The processors are busy while one of them waits for its network. */
const NUM_OPEN = Math.min(8, os.availableParallelism() + 1);

/** Takes addresses from the list until it is empty, and returns the problems of each. */
async function work(browser, addresses, found) {
  const context = await browser.createBrowserContext(); // a window of its own: a hidden page has no frames
  const page = await context.newPage();
  for (let address = addresses.shift(); address !== undefined; address = addresses.shift())
    found.set(address, await lookAt(page, address));
  await context.close();
}

/** Returns the problems of all pages, in their order. */
export async function problemsInBrowser(folder, pages) {
  const { default: puppeteer } = await import(pathToFileURL(resolve('puppeteer-core')).href);
  const server = await serve(folder);
  const browser = await puppeteer.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const origin = `http://127.0.0.1:${server.address().port}${BASE.slice(0, -1)}`;
    const addresses = pages.map((name) => `${origin}${name}`);
    const found = new Map();
    const waiting = [...addresses];
    await Promise.all(Array.from({ length: NUM_OPEN }, () => work(browser, waiting, found)));
    return addresses.flatMap((address) => found.get(address));
  } finally {
    await browser.close();
    server.close();
  }
}
