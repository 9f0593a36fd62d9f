// The site of docs/: built, with all links and anchors, a search that finds every public name, and every page in Chromium. It takes
// minutes, and installs VitePress, so it runs only with HERMETIC_TEST_SLOW=1.
import { afterAll, describe, expect, it } from 'vitest';

import { Cleanup } from '../helpers/cleanup.js';
import { TempDirectory } from '../helpers/temp.js';
import { load } from './openssl-fixtures.js';

interface Site {
  buildSite: () => Promise<string>;
  problemsOfSite: (folder: string) => Promise<string[]>;
}
interface Pages {
  pagesOf: (folder: string) => string[];
}
interface Links {
  brokenLinks: (folder: string, pages: string[]) => string[];
}
interface Browser {
  findChromium: () => string | undefined;
  problemsInBrowser: (folder: string, pages: string[]) => Promise<string[]>;
}
const { buildSite, problemsOfSite } = await load<Site>('../site.mjs');
const { pagesOf } = await load<Pages>('../site/pages.mjs');
const { brokenLinks } = await load<Links>('../site/links.mjs');
const { findChromium, problemsInBrowser } = await load<Browser>('../site/browser.mjs');

const isSlow = process.env['HERMETIC_TEST_SLOW'] === '1';
const why = 'takes minutes; HERMETIC_TEST_SLOW=1 runs it';
const TIMEOUT = { timeout: 1_200_000 };

let built: Promise<string> | undefined;
/** Builds the site once for all tests. */
const siteOf = (): Promise<string> => (built ??= buildSite());

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

async function faultySite(): Promise<string> {
  const folder = cleanup.add(await TempDirectory.create());
  await folder.write('other.html', '<h1 id="there">There</h1>');
  await folder.write(
    'page.html',
    `<!doctype html><title>x</title><a href="/missing.html">a</a><a href="other.html#there">b</a><a href="other#gone">c</a>
     <img src="http://127.0.0.2:9/x.png"><div style="width: 500px">wide</div>
     <table style="width: 30px; table-layout: fixed; overflow-wrap: anywhere"><td>handshakes</td></table><script>console.error('oops')</script>`,
  );
  return folder.path;
}

describe('the checks of the site', TIMEOUT, () => {
  it('find links that lead nowhere', async () => {
    const found = brokenLinks(await faultySite(), ['/other.html', '/page.html']);
    expect(found).toEqual([
      '/page.html: /missing.html is missing',
      '/page.html: other#gone has no such anchor',
    ]);
  });

  it('find errors, other hosts, pages that are too wide, and what axe-core finds', async (test) => {
    if (!isSlow) return test.skip(why);
    if (findChromium() === undefined) return test.skip('Chromium is missing');
    await siteOf(); // installs the browser's driver
    const found = await problemsInBrowser(await faultySite(), ['/page.html']);
    for (const expected of [/console: oops/, /asks http:\/\/127\.0\.0\.2/, /pixels wider than 360/, /axe: image-alt/, /is not dark/, /breaks 1 words in tables at 360, such as handshakes/, /application does not start/])
      expect(found).toContainEqual(expect.stringMatching(expected));
  }); // prettier-ignore
});

describe('the site', TIMEOUT, () => {
  it('has no dead link, and its search finds every public name', async (test) => {
    if (!isSlow) return test.skip(why);
    expect(await problemsOfSite(await siteOf())).toEqual([]);
  });

  it('shows every page in Chromium: narrow and wide, dark and light', async (test) => {
    if (!isSlow) return test.skip(why);
    if (findChromium() === undefined) return test.skip('Chromium is missing');
    const folder = await siteOf();
    expect(await problemsInBrowser(folder, pagesOf(folder))).toEqual([]);
  });
});
