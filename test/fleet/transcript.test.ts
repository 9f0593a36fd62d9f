// The transcript in docs/fleet.md is the one that nginx and this package produce.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { expect, it } from 'vitest';

import { skipUnless } from '../helpers/peers.js';

const page = path.join(import.meta.dirname, '../../docs/fleet.md');

it('nginx and this package resume each other as the page shows', async (test) => {
  skipUnless(test, 'nginx', 'openssl');
  const url = pathToFileURL(path.join(import.meta.dirname, 'transcript.mjs')).href;
  const { transcript } = (await import(url)) as { transcript: () => Promise<string> };
  const [, written = ''] =
    /<!-- transcript -->\s*```text\n([\s\S]*?)\n```/.exec(readFileSync(page, 'utf8')) ?? [];
  const ciphers = (text: string): string => text.replaceAll(/Cipher is \S+/g, 'Cipher is');
  const text = ciphers(await transcript());
  expect(text).toBe(ciphers(written));
  expect(text.match(/^Reused/gm)).toHaveLength(4);
});
