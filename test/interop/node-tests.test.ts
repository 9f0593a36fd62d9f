// Node's own tests of tls, https and http2, with hermetic-ssl/register: a part of them, or all with HERMETIC_TEST_SLOW=1. They come
// from Debian's source package of nodejs (node-tests/fetch.mjs), whose folder `test` HERMETIC_NODE_TESTS names.
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

import { Child } from '../helpers/child.js';
import { limit } from '../helpers/time-limit.js';

const RUNNER = fileURLToPath(new URL('node-tests/run.mjs', import.meta.url));
const EXPECTED = new URL('node-tests/expected-failures.json', import.meta.url);
const MAJOR = process.versions.node.split('.')[0]!;
/** About a third of the tests: those of connections and sessions. */
const PART =
  '^test-(?:tls-(?:alpn|client|connect|psk|server|session|sni|ticket)|https-(?:agent|client|server)|http2-(?:alpn|connect|create))';
/** A line for each module; another line is a difference from the table. */
const SUMMARY = /^(?:no openssl.*\n)?(?:Node \d+\.\d+\.\d+, (?:tls|https|http2): \d+ pass.*\n){3}$/;
const TIMEOUT = limit(900_000);

const folder = process.env['HERMETIC_NODE_TESTS'];

function reasonToSkip(): string | null {
  if (folder === undefined)
    return "HERMETIC_NODE_TESTS does not name Node's own tests: node test/interop/node-tests/fetch.mjs fetches them";
  if (!fs.existsSync(folder)) return `there is no ${folder}`;
  const table = JSON.parse(fs.readFileSync(EXPECTED, 'utf8')) as Record<string, unknown>;
  return MAJOR in table ? null : `expected-failures.json has no entry for Node ${MAJOR}`;
}

it(
  "Node's own tests of tls, https and http2 pass with hermetic-ssl/register, but for a list of failures with reasons",
  async (test) => {
    const reason = reasonToSkip();
    if (reason !== null) return test.skip(reason);
    const part = process.env['HERMETIC_TEST_SLOW'] === '1' ? [] : ['--match', PART];
    const child = Child.start(process.execPath, [RUNNER, '--tests', folder!, ...part]);
    const { code } = await child.finish(TIMEOUT);
    expect({ code, output: child.stdout + child.stderr }).toEqual({
      code: 0,
      output: expect.stringMatching(SUMMARY) as string,
    });
  },
  TIMEOUT + 1000,
);
