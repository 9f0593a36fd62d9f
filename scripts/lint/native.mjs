// The steps that look at C++: clang-format on everything, clang-tidy (slow) on what changed.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { describeBuild } from '../lib/configure.mjs';
import { readManifest } from '../lib/manifest.mjs';
import { findBuilt, readPin, resolveChannel } from '../lib/openssl.mjs';
import { repoRoot } from '../lib/paths.mjs';
import { capture } from '../lib/process.mjs';
import { findOnPath } from '../lib/tools.mjs';
import { combine, run, skipped } from './step.mjs';

/** Another version formats and warns differently. */
const CLANG_VERSION = 19;

/** The program of the wanted version, or null. */
function clangTool(name) {
  const exact = findOnPath(`${name}-${CLANG_VERSION}`);
  if (exact) return exact;
  const plain = findOnPath(name);
  const version = plain && /version (\d+)\./.exec(capture(plain, ['--version']).stdout);
  return version && Number(version[1]) === CLANG_VERSION ? plain : null;
}

const FIX_INCLUDES = ['--checks=-*,misc-include-cleaner', '--fix', '--format-style=file'];

const notInstalled = (name) =>
  skipped(`${name} ${CLANG_VERSION} is not installed: apt-get install ${name}-${CLANG_VERSION}`);

function nativeFiles() {
  return fs
    .readdirSync(path.join(repoRoot, 'native'), { recursive: true })
    .map((name) => `native/${name.split(path.sep).join('/')}`)
    .filter((name) => /\.(?:h|cc)$/.test(name) && !name.startsWith('native/openssl/generated/'))
    .toSorted();
}

async function clangFormat({ fix }) {
  const program = clangTool('clang-format');
  if (!program) return notInstalled('clang-format');
  const files = nativeFiles();
  const mode = fix ? ['-i'] : ['--dry-run', '--Werror'];
  const outcome = await run(program, [...mode, ...files]);
  return { ...outcome, note: `${files.length} files`, output: unformattedFiles(outcome.output) };
}

/** The names of the files alone: what is wrong in them, --fix repairs. */
function unformattedFiles(output) {
  const names = [...output.matchAll(/^(native\/\S+?):\d+:\d+: error: code should be/gm)].map(
    ([, name]) => name,
  );
  if (names.length === 0) return output;
  return `${[...new Set(names)].join('\n')}\nare not formatted: npm run lint -- --fix\n`;
}

const git = (...args) => capture('git', args, { cwd: repoRoot });

/** Files that differ from where this branch left the main one, new files included; null when git cannot say. */
function changedFiles(base) {
  const refs = base ? [base] : ['origin/main', 'main'];
  const fork = refs.map((ref) => git('merge-base', 'HEAD', ref)).find(({ ok }) => ok);
  if (!fork) return null;
  const changed = git('diff', '--name-only', '--diff-filter=d', fork.stdout.trim());
  const fresh = git('ls-files', '--others', '--exclude-standard');
  return new Set(`${changed.stdout}${fresh.stdout}`.split('\n').filter(Boolean));
}

/** A platform's file guards its own body: elsewhere nothing of it is left to look at. */
const FOREIGN = process.platform === 'win32' ? /_(?:posix|linux|macos)\.cc$/ : /_windows\.cc$/;

/** The source files to look at: changed ones, and those whose own header changed. */
function tidyFiles({ base, tidyAll }) {
  const sources = nativeFiles().filter((name) => name.endsWith('.cc') && !FOREIGN.test(name));
  const changed = tidyAll ? null : changedFiles(base);
  return changed
    ? sources.filter((name) => changed.has(name) || changed.has(name.replace(/cc$/, 'h')))
    : sources;
}

/** How the files are compiled: as cmake recorded it, else with the cached OpenSSL; null when neither is there. */
function compileArguments() {
  if (fs.existsSync(path.join(repoRoot, 'build-cmake', 'compile_commands.json')))
    return { before: ['-p', 'build-cmake'], after: [] };
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
  const flags = [
    ...headers.map((folder) => `-isystem${path.resolve(folder)}`),
    ...[...defines, ...versions].map((define) => `-D${define}`),
  ];
  return { before: [], after: ['--', '-std=c++20', '-I.', ...flags] };
}

async function clangTidy(options) {
  const program = clangTool('clang-tidy');
  if (!program) return notInstalled('clang-tidy');
  const files = tidyFiles(options);
  if (files.length === 0) return { status: 'passed', note: 'no C++ file changed' };
  const compile = compileArguments();
  if (!compile)
    return skipped(
      'neither build-cmake/compile_commands.json nor a built OpenSSL: npm run openssl:build',
    );
  // gcc's warnings in the recorded commands are unknown to clang.
  const common = ['--quiet', '--extra-arg=-Wno-unknown-warning-option', ...compile.before];
  const tidy = (file, extra) => run(program, [...common, ...extra, file, ...compile.after]);
  // Only the includes are repaired: that edits no file but the one looked at.
  if (options.fix) await inParallel(files, (file) => tidy(file, FIX_INCLUDES));
  const outcomes = await inParallel(files, (file) => tidy(file, []));
  return combine(outcomes.map(withoutCounts), `${files.length} files`);
}

/** "123 warnings generated." counts what was suppressed in other people's headers. */
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

/** @type {import('./step.mjs').Step[]} */
export const nativeSteps = [
  { name: 'clang-format', run: clangFormat },
  { name: 'clang-tidy', run: clangTidy },
];
