// Moves a channel's pin to another OpenSSL: obtains and checks the source, builds it, rewrites the pin, regenerates the
// files made from the headers, rebuilds the addon, runs the tests, and prints the changes. A failure restores the old
// pin.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { applyPin } from './apply-pin.mjs';
import { nextEntry, obtainCandidate } from './candidate.mjs';
import { describeChanges, inventory, vectorAdvice } from './compare.mjs';
import { ensureEntry } from './ensure.mjs';
import { repoRoot } from '../lib/paths.mjs';
import { readPin, resolveChannel } from './pin.mjs';
import { requireTools } from '../lib/tools.mjs';
import { runMain, UserError } from '../lib/user-error.mjs';

const USAGE = `usage: npm run openssl:update -- <version | path of an archive> [options]
  --channel lts|latest  needed when the version's series is not a channel's
  --sha256 SUM          the archive's sum, from a source that you trust
  --drop-fixes          although the version lacks fixes that the pinned one has by patches
  --no-test             do everything except running the tests
  --dry-run             build and compare only; pin, generated files and addon stay as they are`;

const log = (line) => console.error(line);

await runMain(async () => {
  const { wanted, options } = parse(process.argv.slice(2));
  if (options.help) return console.log(USAGE);
  requireTools(['cc', 'nm', 'tar', 'gzip']);
  if (options.channel) resolveChannel(options.channel);
  const pin = readPin();
  const candidate = await obtainCandidate(wanted, { ...options, pin, log });
  const { channel, version } = candidate;
  const old = pin.channels[channel];
  log(`channel ${channel}: OpenSSL ${old.version} -> ${version}`);
  log(`  sha256 ${candidate.sha256} (${candidate.sumOrigin})\n  ${candidate.signature}`);
  const entry = nextEntry(old, candidate, { dropsFixes: options['drop-fixes'] ?? false, log });
  const before = inventory(await ensureEntry(channel, old, { pin, log }));
  const after = inventory(await ensureEntry(channel, entry, { pin, log }));
  for (const line of vectorAdvice(before, after)) log(line);
  if (!options['dry-run']) await rewrite(pin, channel, entry, !options['no-test']);
  console.log(
    [
      `OpenSSL ${old.version} -> ${version} (channel ${channel})`,
      candidate.signature,
      ...describeChanges(before, after),
    ].join('\n'),
  );
  console.log(
    options['dry-run']
      ? 'dry run: the pin is unchanged'
      : 'the pin and what is generated from the headers are rewritten; review and commit them, with CHANGELOG.md and SECURITY.md',
  );
});

/**
 * Rewrites the pin, regenerates files, rebuilds the addon and runs the tests; a failure restores the pin and the
 * generated files.
 */
function rewrite(pin, channel, entry, withTests) {
  const after = { ...pin, channels: { ...pin.channels, [channel]: entry } };
  const steps = () => {
    run('scripts/generate-constants.mjs', channel);
    run('scripts/generate-advisories.mjs', channel);
    run('scripts/build.mjs', channel);
    if (withTests) runTests(channel);
  };
  return applyPin({ before: pin, after }, steps, (line) => {
    log(`${line} (OpenSSL ${pin.channels[channel].version})`);
    run('scripts/generate-constants.mjs', channel, true);
    run('scripts/generate-advisories.mjs', channel, true);
  });
}

function run(script, channel, tolerant = false) {
  if (!fs.existsSync(path.join(repoRoot, script))) return log(`skipped: ${script} does not exist`);
  log(`> node ${script}`);
  const { status } = spawnSync(process.execPath, [script], {
    cwd: repoRoot,
    stdio: 'inherit',
    env: environment(channel),
  });
  if (status !== 0 && !tolerant)
    throw new UserError(`${script} failed with OpenSSL of channel ${channel}.`);
}

function runTests(channel) {
  log('> npm test');
  const { status } = spawnSync('npm', ['test'], {
    cwd: repoRoot,
    stdio: 'inherit',
    env: environment(channel),
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new UserError('the tests failed with the new OpenSSL.');
}

/** Use the pin, not libraries that the caller's environment names. */
function environment(channel) {
  const { HERMETIC_OPENSSL_PREFIX: _, ...rest } = process.env;
  return { ...rest, HERMETIC_OPENSSL_CHANNEL: channel };
}

function parse(args) {
  const flag = { type: 'boolean' };
  const options = {
    channel: { type: 'string' },
    sha256: { type: 'string' },
    'drop-fixes': flag,
    'no-test': flag,
    'dry-run': flag,
    help: { ...flag, short: 'h' },
  };
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (!values.help && positionals.length !== 1) throw new Error('one version or path is needed');
    return { wanted: positionals[0], options: values };
  } catch (error) {
    throw new UserError(`${error.message}\n${USAGE}`);
  }
}
