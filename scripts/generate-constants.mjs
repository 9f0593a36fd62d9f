// Writes the tables of constants and error names, from the headers of every OpenSSL channel:
//   node scripts/generate-constants.mjs [--check] [--output ROOT] [--headers CHANNEL=PREFIX]...
// --check writes nothing and fails if a checked-in table is out of date; without the headers in the cache it reports a
// skip. --output names another root than the repository, and --headers takes a channel's files from PREFIX/include and
// PREFIX/openssl.txt.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findChannels } from './constants/channels.mjs';
import { probeConstants } from './constants/probe.mjs';
import { parseReasons } from './constants/reasons.mjs';
import { renderConstants, renderLibraries, renderReasons } from './constants/render-native.mjs';
import { renderTypescript } from './constants/render-typescript.mjs';
import { union } from './constants/union.mjs';
import { readOrEmpty, staleFiles, writeGenerated } from './lib/generated-files.mjs';
import { repoRoot } from './lib/paths.mjs';
import { runMain, UserError } from './lib/user-error.mjs';

const MAX_DIFFERENCES = 20;

/** @returns {Record<string, string>} path in the repository -> text */
function render(channels) {
  const constants = union(
    channels.map(({ name, includeDir }) => ({ name, entries: probeConstants(includeDir) })),
  );
  const reasons = union(
    channels.map(({ name, reasonFile }) => ({
      name,
      entries: parseReasons(fs.readFileSync(reasonFile, 'utf8')),
    })),
  );
  return {
    'native/openssl/generated/constants.inc': renderConstants(constants, channels),
    'native/openssl/generated/libraries.inc': renderLibraries(constants),
    'native/openssl/generated/reasons.inc': renderReasons(reasons, constants, channels),
    'lib/generated/constants.ts': renderTypescript(constants, channels),
  };
}

/** Returns the lines that only one of two texts has, at most MAX_DIFFERENCES. */
function differences(before, after) {
  const old = new Set(before.split('\n'));
  const fresh = new Set(after.split('\n'));
  const all = [
    ...[...old].filter((line) => !fresh.has(line)).map((line) => `  - ${line}`),
    ...[...fresh].filter((line) => !old.has(line)).map((line) => `  + ${line}`),
  ];
  const rest = all.length - MAX_DIFFERENCES;
  if (all.length === 0) return ['  the same lines in another order'];
  return rest > 0 ? [...all.slice(0, MAX_DIFFERENCES), `  ... and ${rest} lines more`] : all;
}

function check(outputs, root) {
  const stale = staleFiles(outputs, root);
  for (const name of stale) {
    const lines = differences(readOrEmpty(path.join(root, name)), outputs[name]);
    console.error(`${name} differs from the headers:\n${lines.join('\n')}`);
  }
  if (stale.length > 0)
    throw new UserError('run `npm run generate:constants` and check the result in');
  console.log(`generate-constants: ${Object.keys(outputs).length} files are up to date`);
}

function parseOverrides(values) {
  return Object.fromEntries(values.map((value) => value.split(/=(.*)/s, 2)));
}

async function main() {
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean' },
      output: { type: 'string', default: repoRoot },
      headers: { type: 'string', multiple: true },
    },
  });
  const overrides = parseOverrides(values.headers ?? []);
  const { channels, missing } = await findChannels({ build: !values.check, overrides });
  if (missing.length > 0) {
    console.log(
      `skipped: no headers in the cache for OpenSSL ${missing.join(', ')}; \`npm run openssl:build\` makes them`,
    );
    return;
  }
  const outputs = render(channels);
  const root = path.resolve(values.output);
  if (values.check) check(outputs, root);
  else writeGenerated(outputs, root);
}

await runMain(main);
