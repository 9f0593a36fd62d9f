// Runs Node's own tests of tls and https with hermetic-ssl/register:
//   node test/interop/node-tests/run.mjs --tests DIR [--node PROGRAM] [--match REGEX] [--builtin] [--update] [--verbose]
// DIR is `test/` of Node's sources, of the same major version as the program (the default is this one); it stays outside the
// repository. --builtin runs them without register. expected-failures.json lists each failure with its reason; a failure that
// is not in it, and an entry that passes, is an error. A failure that is not in it is run again, alone: many of these tests
// have limits of time of their own. --update writes the list, with the first line of each error.
import { execFileSync, spawn } from 'node:child_process';
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

const { values: options } = parseArgs({
  options: {
    tests: { type: 'string' },
    node: { type: 'string', default: process.execPath },
    match: { type: 'string', default: '^test-(?:tls|https)-' },
    builtin: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    jobs: { type: 'string', default: String(Math.min(2, os.cpus().length)) },
  },
});

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
  return options.builtin ? env : { ...env, NODE_OPTIONS: `--import=${REGISTER}` };
}

/** @returns {Promise<{ state: 'pass' | 'fail' | 'skip', text: string }>} */
function runTest(file, worker, seconds) {
  return new Promise((resolve) => {
    const child = spawn(options.node, [...flagsOf(file), file], {
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
  const line =
    lines.find((one) => /^(?:\w*Error|AssertionError|no end after|Mismatched)\b/.test(one)) ??
    lines.find((one) => /rror\b/.test(one));
  return (line ?? 'ended without a message').slice(0, 160);
}

async function runAll(names, folder, expected) {
  const results = new Map();
  const queue = [...names];
  const run = async (name, worker) => {
    const seconds = name in expected ? SECONDS_OF_EXPECTED : SECONDS;
    const result = await runTest(path.join(folder, name), worker, seconds);
    results.set(name, result);
    if (options.verbose && result.state === 'fail')
      console.log(`${name}: ${firstError(result.text)}`);
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

async function main() {
  const folder = path.join(path.resolve(options.tests), 'parallel');
  const pattern = new RegExp(options.match);
  const names = fs.readdirSync(folder).filter((name) => pattern.test(name) && /\.m?js$/.test(name));
  const version = execFileSync(options.node, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  const major = version.split('.')[0];
  const all = fs.existsSync(EXPECTED) ? JSON.parse(fs.readFileSync(EXPECTED, 'utf8')) : {};
  const expected = options.builtin ? {} : (all[major] ?? {});
  const results = await runAll(names, folder, expected);
  const count = (wanted) => [...results.values()].filter(({ state }) => state === wanted).length;
  console.log(
    `Node ${version.trim()}: ${count('pass')} pass, ${count('fail')} fail, ${count('skip')} skip, of ${names.length}`,
  );
  if (options.update) {
    const failed = [...results]
      .filter(([, { state }]) => state === 'fail')
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
    all[major] = Object.fromEntries(
      failed.map(([name, { text }]) => [name, all[major]?.[name] ?? firstError(text)]),
    );
    fs.writeFileSync(EXPECTED, `${JSON.stringify(all, null, 2)}\n`);
  } else if (!options.builtin && compare(results, expected) > 0) {
    process.exitCode = 1;
  }
}

await main();
