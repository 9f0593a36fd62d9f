// Compiles one OpenSSL: unpack, patch, configure, make, gather, inspect. The work happens in a private folder; the
// finished prefix appears in the cache in one step or not at all.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildEnvironment, cCompiler } from './compiler.mjs';
import { gatherPrefix } from './gather.mjs';
import { inspectArchives } from './inspect.mjs';
import { targetsFolder } from './configure.mjs';
import { addDecoders } from './decoders.mjs';
import { logsDir, prefixesDir } from '../lib/paths.mjs';
import { createProgress } from '../lib/progress.mjs';
import { applyPatches } from './patches.mjs';
import { capture, mustRun, runLogged, tail } from '../lib/process.mjs';
import { UserError } from '../lib/user-error.mjs';
import { compileBase, makeWorkDir, removeTree } from '../lib/work-dir.mjs';

/** Upstream's test data, which is not needed, is two thirds of the archive. */
const UNUSED = ['test/recipes', 'fuzz/corpora'];
const LOG_TAIL_LINES = 40;

/**
 * Builds and publishes a prefix; returns its path.
 * @param {ReturnType<import('./configure.mjs').describeBuild>} build
 * @param {{ source: string, patches?: string, decoders?: string[] }} archives verified; `patches` when the build has
 *   `fixes`, `decoders` in the order of its own
 * @param {(line: string) => void} log
 */
export async function compileOpenssl(build, archives, log) {
  const work = makeWorkDir('build', compileBase());
  const context = {
    build,
    archives,
    log,
    work,
    env: buildEnvironment(),
    logFile: path.join(work, 'build.log'),
    started: Date.now(),
  };
  try {
    const source = unpack(context);
    applyPatches(build, { source, archive: archives.patches, work, log });
    addDecoders(build, { source, archives: archives.decoders, work, log });
    context.env.SOURCE_DATE_EPOCH = String(releaseEpoch(source));
    await configure(context, source);
    await make(context);
    return publish(context, source);
  } catch (error) {
    throw explain(error, context);
  } finally {
    removeTree(work);
  }
}

/** Unpacks; returns the source folder. */
function unpack({ build, archives, work, log }) {
  log(`OpenSSL ${build.version}: unpacking`);
  const parent = path.join(work, 'source');
  fs.mkdirSync(parent);
  const root = `openssl-${build.version}`;
  const excluded = UNUSED.map((name) => `--exclude=${root}/${name}/*`);
  mustRun('tar', [
    '-xzf',
    archives.source,
    '-C',
    parent,
    '--no-same-owner',
    '--no-same-permissions',
    ...excluded,
  ]);
  const source = path.join(parent, root);
  if (!fs.existsSync(path.join(source, 'Configure')))
    throw new UserError(`${archives.source} does not unpack to ${root}/Configure`);
  return source;
}

/** The release date, so that the "built on" text inside the library is the same on every machine. */
function releaseEpoch(source) {
  const text = fs.readFileSync(path.join(source, 'VERSION.dat'), 'utf8');
  const date = /RELEASE_DATE="([^"]+)"/.exec(text)?.[1];
  return Math.floor((Date.parse(`${date} UTC`) || 0) / 1000);
}

/** A relative path to Configure: an absolute one would end up inside the library. */
async function configure({ build, work, env, logFile, log }, source) {
  log(`OpenSSL ${build.version}: configuring for ${build.target} (channel ${build.channel})`);
  const cwd = path.join(work, 'build');
  fs.mkdirSync(cwd);
  fs.cpSync(targetsFolder, path.join(work, 'targets'), { recursive: true });
  const script = path.join('..', path.relative(work, source), 'Configure');
  await runLogged('perl', [script, ...build.arguments, `CC=${cCompiler().command}`], {
    cwd,
    env,
    logFile,
  });
}

async function make({ build, work, env, logFile }) {
  const cwd = path.join(work, 'build');
  const isObject = (line) => / -c -o /.test(line);
  const planned = capture('make', ['-n', 'build_libs'], { cwd, env }).stdout;
  const total = planned.split('\n').filter(isObject).length;
  const progress = createProgress(`compiling OpenSSL ${build.version}`);
  let done = 0;
  const onLine = (line) => isObject(line) && progress.update((done += 1), total, 'objects');
  try {
    await runLogged('make', [`-j${os.availableParallelism()}`, 'build_libs'], {
      cwd,
      env,
      logFile,
      onLine,
    });
  } catch (error) {
    progress.abandon();
    throw error;
  }
  progress.done(`${done} objects`);
}

/** Gathers the prefix next to its final place and renames it; the first of several builds wins. */
function publish(context, source) {
  const { build, work, log } = context;
  const stage = makeWorkDir('stage');
  try {
    const prefix = path.join(stage, 'prefix');
    gatherPrefix({ ...context, source, built: path.join(work, 'build'), prefix });
    // Debug information contains the folder's path. An instrumented library is never shipped.
    if (!build.isInstrumented) inspectArchives(path.join(prefix, 'lib'), [work, stage]);
    const target = path.join(prefixesDir(), build.name);
    moveIntoPlace(prefix, target);
    log(`OpenSSL ${build.version}: ready in ${target}`);
    return target;
  } finally {
    removeTree(stage);
  }
}

function moveIntoPlace(prefix, target) {
  fs.mkdirSync(path.dirname(target), { recursive: true });
  try {
    fs.renameSync(prefix, target);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(error.code)) throw error;
  }
}

/** Adds the end of the log to a failure, and keeps the log. A problem of the machine needs no stack trace. */
function explain(error, { build, logFile }) {
  if (error instanceof UserError) return error;
  const failure = `building OpenSSL ${build.version} failed: ${error.message}`;
  if (!fs.existsSync(logFile))
    return error.syscall ? new UserError(failure, { cause: error }) : error;
  const text = `${failure}\nEnd of the log:\n${tail(fs.readFileSync(logFile, 'utf8'), LOG_TAIL_LINES)}\nWhole log: `;
  return new UserError(text + keepLog(logFile, build.name), { cause: error });
}

function keepLog(logFile, name) {
  const kept = path.join(logsDir(), `openssl-${name}-${process.pid}.log`);
  try {
    fs.mkdirSync(logsDir(), { recursive: true });
    fs.copyFileSync(logFile, kept);
    return kept;
  } catch (error) {
    return `not kept (${error.message})`;
  }
}
