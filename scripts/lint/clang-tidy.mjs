// The step that looks for faults in C++, in changed files or in all.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { describeBuild } from '../openssl/configure.mjs';
import { readManifest } from '../lib/manifest.mjs';
import { findBuilt, readPin, resolveChannel } from '../openssl/ensure.mjs';
import { repoRoot } from '../lib/paths.mjs';
import { capture } from '../lib/process.mjs';
import { clangTool, nativeFiles, notInstalled } from './clang.mjs';
import { combine, run, skipped } from './step.mjs';
import { TidyCache } from './tidy-cache.mjs';

const FIX_INCLUDES = ['--checks=-*,misc-include-cleaner', '--fix', '--format-style=file'];

const git = (...args) => capture('git', args, { cwd: repoRoot });

/**
 * Returns the files that differ from the point where this branch left the main one, including new
 * files; null if git cannot determine it.
 */
function changedFiles(base) {
  const refs = base ? [base] : ['origin/main', 'main'];
  const fork = refs.map((ref) => git('merge-base', 'HEAD', ref)).find(({ ok }) => ok);
  if (!fork) return null;
  const changed = git('diff', '--name-only', '--diff-filter=d', fork.stdout.trim());
  const fresh = git('ls-files', '--others', '--exclude-standard');
  return new Set(`${changed.stdout}${fresh.stdout}`.split('\n').filter(Boolean));
}

/** A platform's file is wrapped in a guard, so it is empty on other platforms. */
const FOREIGN = process.platform === 'win32' ? /_(?:posix|linux|macos)\.cc$/ : /_windows\.cc$/;

/** Returns the source files to check: changed ones, and those whose own header changed. */
function tidyFiles({ base, tidyAll }) {
  const sources = nativeFiles().filter((name) => name.endsWith('.cc') && !FOREIGN.test(name));
  const changed = tidyAll ? null : changedFiles(base);
  return changed
    ? sources.filter((name) => changed.has(name) || changed.has(name.replace(/cc$/, 'h')))
    : sources;
}

/** Returns the flags for compiling the files, with the cached OpenSSL; null without one. */
function compileFlags() {
  const channel = resolveChannel();
  const openssl = findBuilt(describeBuild(channel, readPin().channels[channel]));
  if (!openssl) return null;
  const require = createRequire(import.meta.url);
  const headers = [
    openssl.includeDir,
    require('node-api-headers').include_dir,
    require('node-addon-api').include_dir,
  ];
  const { defines } = JSON.parse(
    fs.readFileSync(path.join(repoRoot, 'native', 'sources.json'), 'utf8'),
  );
  const versions = [
    `HERMETIC_OPENSSL_PIN=${openssl.version}`,
    `HERMETIC_PACKAGE_VERSION=${readManifest().version}`,
  ];
  return [
    '-std=c++20',
    '-I.',
    ...headers.map((folder) => `-isystem${path.resolve(folder)}`),
    ...[...defines, ...versions].map((define) => `-D${define}`),
  ];
}

export async function clangTidy(options) {
  const program = clangTool('clang-tidy');
  if (!program) return notInstalled('clang-tidy');
  const files = tidyFiles(options);
  if (files.length === 0) return { status: 'passed', note: 'no C++ file changed' };
  const flags = compileFlags();
  if (!flags) return skipped('OpenSSL is not built: npm run openssl:build');
  const tidy = (file, extra) => run(program, ['--quiet', ...extra, file, '--', ...flags]);
  // Only includes are repaired, since that edits only the checked file.
  if (options.fix) await inParallel(files, (file) => tidy(file, FIX_INCLUDES));
  const cache = new TidyCache({ program, compiler: clangTool('clang++'), flags });
  const outcomes = await inParallel(files, (file) => cache.ask(file, () => tidy(file, [])));
  cache.prune();
  const known = outcomes.filter(({ isKnown }) => isKnown).length;
  const note = `${files.length} files${known > 0 ? `, ${known} of them as they were before` : ''}`;
  return combine(outcomes.map(withoutCounts), note);
}

/** "123 warnings generated." counts suppressed warnings of third-party headers. */
const withoutCounts = (outcome) => ({
  ...outcome,
  output: outcome.output.replace(
    /^\d+ (?:warnings?|errors?)(?: and \d+ errors?)? generated\.\n/gm,
    '',
  ),
});

/** Maps with as many calls at a time as there are processors; results in the order of the items. */
async function inParallel(items, work) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]);
    }
  };
  await Promise.all(Array.from({ length: os.availableParallelism() }, worker));
  return results;
}
