// Runs Node's own tests of tls, of https and of http2 over TLS with hermetic-ssl/register:
//   node test/interop/node-tests/run.mjs --tests DIR [--node PROGRAM] [--match REGEX] [--builtin] [--update] [--verbose]
// DIR is `test/` of Node's sources, of the same major version as the program (the default is this one); it stays outside the
// repository. --builtin runs them without register. expected-failures.json lists each failure with its reason, for a version of
// Node, or for one of this package's OpenSSL; a failure that is not in it, and an entry that passes, is an error. A failure that
// is not in it is run again, alone: many of these tests have limits of time of their own. --update writes the list, with the
// first line of each error. The tests look for a program `openssl-cli` next to Node's own: the runner links both into a folder,
// if there is an openssl.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

/** A test may take long on a machine with other work; one that is expected to fail may just not end. */
const SECONDS = 180;
const SECONDS_OF_EXPECTED = 15;
const HERE = import.meta.dirname;
const EXPECTED = path.join(HERE, 'expected-failures.json');
const REGISTER = pathToFileURL(path.join(HERE, '../../../dist/register.js')).href;
const VERSION = pathToFileURL(path.join(HERE, 'openssl-version.mjs')).href;
const SSL = pathToFileURL(path.join(HERE, '../../../dist/ssl.js')).href;

const { values: options } = parseArgs({
  options: {
    tests: { type: 'string' },
    node: { type: 'string', default: process.execPath },
    match: { type: 'string', default: '^test-(?:tls|https|http2)-' },
    builtin: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    jobs: { type: 'string', default: String(Math.min(2, os.cpus().length)) },
  },
});

/** Of the tests of http2, those that use TLS. */
const USES_TLS = /createSecureServer|require\('(?:node:)?(?:tls|https)'\)/;

/** Returns the names of the tests. */
function namesIn(folder) {
  const pattern = new RegExp(options.match);
  const usesTls = (name) =>
    !name.startsWith('test-http2-') ||
    USES_TLS.test(fs.readFileSync(path.join(folder, name), 'utf8'));
  return fs
    .readdirSync(folder)
    .filter((name) => pattern.test(name) && /\.m?js$/.test(name) && usesTls(name));
}

/** Links, or copies, the program into a folder with an `openssl-cli`. Returns its path there. */
function placeNode(folder) {
  const from = execFileSync(options.node, ['-p', 'process.execPath'], { encoding: 'utf8' }).trim();
  const to = path.join(folder, 'node');
  try {
    fs.linkSync(from, to);
  } catch {
    fs.copyFileSync(from, to, fs.constants.COPYFILE_FICLONE);
  }
  const openssl = spawnSync('which', ['openssl'], { encoding: 'utf8' }).stdout?.trim();
  if (openssl) fs.symlinkSync(openssl, path.join(folder, 'openssl-cli'));
  else console.log('no openssl: tests that need it are skipped');
  return to;
}

/** Returns the flags that a test names in its first lines. */
function flagsOf(file) {
  const line = /^\/\/ Flags:(.*)$/m.exec(fs.readFileSync(file, 'utf8'))?.[1] ?? '';
  return line.split(/\s+/).filter((flag) => flag !== '');
}

/** The environment of a test: the variables that change trust are not passed on. */
function environment() {
  const env = { ...process.env };
  for (const name of ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_OPTIONS'])
    delete env[name];
  // By NODE_OPTIONS, so that child processes register as well.
  if (options.builtin) return env;
  const flags = [VERSION, REGISTER].map((file) => `--import=${file}`);
  return { ...env, NODE_OPTIONS: flags.join(' '), HERMETIC_TEST_OPENSSL: openssl };
}

/** @returns {Promise<{ state: 'pass' | 'fail' | 'skip', text: string }>} */
function runTest(file, worker, seconds) {
  return new Promise((resolve) => {
    const child = spawn(program, [...flagsOf(file), file], {
      env: { ...environment(), TEST_THREAD_ID: String(worker) },
    });
    let text = '';
    const take = (chunk) => {
      text = (text + chunk).slice(-20_000);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const timer = setTimeout(() => {
      text += `\nno end after ${seconds} s`;
      child.kill('SIGKILL');
    }, seconds * 1000);
    child.on('close', (code) => {
      clearTimeout(timer);
      const isSkipped = code === 0 && /^1\.\.0 # Skipped/m.test(text);
      resolve({ state: code === 0 ? (isSkipped ? 'skip' : 'pass') : 'fail', text });
    });
  });
}

/** Returns the first line that names the failure. */
function firstError(text) {
  const lines = text.split('\n').map((line) => line.trim());
  const skipped = lines.find((one) => one.startsWith('1..0 # Skipped'));
  const line =
    skipped ??
    lines.find((one) => /^(?:\w*Error|AssertionError|no end after|Mismatched)\b/.test(one)) ??
    lines.find((one) => /rror\b/.test(one));
  return (line ?? 'ended without a message').slice(0, 160);
}

/** The program in the folder with an `openssl-cli`. */
let program = options.node;
/** The version of this package's OpenSSL. */
let openssl = '';

async function runAll(names, folder, expected) {
  const results = new Map();
  const queue = [...names];
  const run = async (name, worker) => {
    const seconds = name in expected ? SECONDS_OF_EXPECTED : SECONDS;
    const result = await runTest(path.join(folder, name), worker, seconds);
    results.set(name, result);
    if (options.verbose && result.state !== 'pass')
      console.log(`${result.state} ${name}: ${firstError(result.text)}`);
  };
  const work = async (_, worker) => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift())
      await run(name, worker);
  };
  await Promise.all(Array.from({ length: Number(options.jobs) }, work));
  const isNew = ([name, { state }]) => state === 'fail' && !(name in expected);
  for (const [name] of [...results].filter((result) => isNew(result))) await run(name, 0);
  return results;
}

function compare(results, expected) {
  const failed = [...results].filter(([, { state }]) => state === 'fail').map(([name]) => name);
  const isNew = failed.filter((name) => !(name in expected));
  const gone = Object.keys(expected).filter((name) => results.get(name)?.state === 'pass');
  for (const name of isNew)
    console.log(`not expected: ${name}: ${firstError(results.get(name).text)}`);
  for (const name of gone) console.log(`passes now: ${name}`);
  return isNew.length + gone.length;
}

function report(version, results) {
  for (const family of ['tls', 'https', 'http2']) {
    const states = [...results]
      .filter(([name]) => name.startsWith(`test-${family}-`))
      .map(([, { state }]) => state);
    const count = (wanted) => states.filter((state) => state === wanted).length;
    if (states.length > 0)
      console.log(
        `Node ${version}, ${family}: ${count('pass')} pass, ${count('fail')} fail, ${count('skip')} skip, of ${states.length}`,
      );
  }
}

function update(all, major, results, ofOpenssl) {
  const failed = [...results]
    .filter(([, { state }]) => state === 'fail')
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const others = Object.entries(all[major] ?? {}).filter(([name]) => !results.has(name));
  const list = failed
    .filter(([name]) => !(name in ofOpenssl))
    .map(([name, { text }]) => [name, all[major]?.[name] ?? firstError(text)]);
  all[major] = Object.fromEntries([...others, ...list].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  fs.writeFileSync(EXPECTED, `${JSON.stringify(all, null, 2)}\n`);
}

async function main() {
  const folder = path.join(path.resolve(options.tests), 'parallel');
  const version = execFileSync(options.node, ['-p', 'process.versions.node'], {
    encoding: 'utf8',
  }).trim();
  const major = version.split('.')[0];
  const all = fs.existsSync(EXPECTED) ? JSON.parse(fs.readFileSync(EXPECTED, 'utf8')) : {};
  const place = fs.mkdtempSync(path.join(os.tmpdir(), 'node-tests-'));
  try {
    program = placeNode(place);
    const { OPENSSL_VERSION_INFO: numbers } = await import(SSL);
    openssl = numbers.slice(0, 3).join('.');
    const ofOpenssl = all[`OpenSSL ${numbers[0]}`] ?? {};
    const expected = options.builtin ? {} : { ...all[major], ...ofOpenssl };
    const results = await runAll(namesIn(folder), folder, expected);
    report(version, results);
    if (options.update) update(all, major, results, ofOpenssl);
    else if (!options.builtin && compare(results, expected) > 0) process.exitCode = 1;
  } finally {
    fs.rmSync(place, { recursive: true, force: true });
  }
}

await main();
