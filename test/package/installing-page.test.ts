// The examples of docs/installing.md: a library that does without the package when it cannot be loaded, and only then.
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { exampleUnder, runExample } from '../helpers/doc-examples.js';
import { load } from './openssl-fixtures.js';
import { repoRoot } from './support/paths.js';

const PAGE = 'docs/installing.md';
const { TARGETS } = await load<{ TARGETS: object }>('../prebuild/targets.mjs');

/** Derives with the function that the example finds; answers the key, and the codes of warnings. */
const AFTER = `
  const codes: unknown[] = [];
  process.on('warning', (warning) => codes.push((warning as { code?: string }).code));
  const derive = await findPbkdf2();
  const key = await derive(Buffer.from('password'), Buffer.from('salt'), 4096);
  await new Promise((resolve) => setImmediate(resolve));
  answer({ key: key.toString('hex'), codes: codes.filter((code) => String(code).includes('HERMETIC')) });`;
const KEY = 'c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a';
const example = exampleUnder(PAGE, 'Doing without');

describe(PAGE, () => {
  it('uses the package where it can', async () => {
    expect((await runExample(example, { after: AFTER })).answer).toEqual({ key: KEY, codes: [] });
  });

  it('does without it where it cannot be loaded, and warns', async () => {
    const env = { HERMETIC_SSL_BINARY: '/nowhere/hermetic_ssl.node' };
    const { answer, stderr } = await runExample(example, { after: AFTER, env });
    expect(answer).toEqual({ key: KEY, codes: ['ERR_HERMETIC_SSL_BINARY'] });
    expect(stderr).toContain('[ERR_HERMETIC_SSL_BINARY] Warning: hermetic-ssl: its native part');
    expect(stderr).toContain('node:crypto takes its place.');
  });

  it('names every package', () => {
    const text = readFileSync(path.join(repoRoot, PAGE), 'utf8');
    for (const name of Object.keys(TARGETS)) expect(text).toContain(`\`@hermetic-ssl/${name}\``);
  });
});
