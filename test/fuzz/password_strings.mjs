// Stored passwords, whose readers are TypeScript: a fuzzer in Node, guided by the coverage that V8 counts. It takes those of
// libFuzzer's options that scripts/fuzz.mjs gives, and folders of inputs, each a string as JSON; or one file of them.
//   node test/fuzz/password_strings.mjs -max_total_time=60 -artifact_prefix=findings/ corpus seeds
import { randomInt } from 'node:crypto';
import fs from 'node:fs';
import inspector from 'node:inspector';
import path from 'node:path';

import { randomFrom } from '../api/children/random.mjs';

const BATCH = 1024;
const SLOWEST_MS = 2000;
const MAX_LENGTH = 4200; // a little more than the readers take
const PASSWORD = 'p';
const TOKENS = [
  ...Array.from('$=,:_.+/-0123456789abcdefAQi l\n\0é\ud800🔑'),
  '$pbkdf2-sha1$', '$pbkdf2-sha256$', '$pbkdf2-sha512$', 'pbkdf2_sha256$', 'pbkdf2_sha1$', 'pbkdf2:sha256:', 'pbkdf2:sha512:',
  'i=', 'l=', ',l=32', 'AQAAAAE', '==', '10000001', '4294967297', '00', 'A'.repeat(43), '0'.repeat(64),
]; // prettier-ignore

/** The blocks of this package that V8 has seen run. */
class Coverage {
  #session = new inspector.Session();

  start() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Returns the blocks that ran since the last call. */
  take() {
    let blocks = [];
    // In the same thread the answer comes at once.
    this.#session.post('Profiler.takePreciseCoverage', (_error, { result }) => {
      const own = result.filter(({ url }) => url.includes('/dist/'));
      blocks = own.flatMap(({ scriptId, functions }) =>
        functions.flatMap(({ ranges }) =>
          ranges
            .filter(({ count }) => count > 0)
            .map((range) => `${scriptId}:${range.startOffset}-${range.endOffset}`),
        ),
      );
    });
    return blocks;
  }
}

/** Makes a string from one or two known strings. */
function mutate(corpus, random) {
  let text = random.pick(corpus);
  for (let changes = 1 + random.below(4); changes > 0; changes -= 1) {
    const at = random.below(text.length + 1);
    const behind = at + random.below(5);
    const [head, tail, rest] = [text.slice(0, at), text.slice(at), text.slice(behind)];
    const token = random.pick(TOKENS);
    const other = random.pick(corpus);
    const results = [
      () => head + token + tail,
      () => head + token + text.slice(at + token.length),
      () => head + rest,
      () => head,
      () => head + text.slice(at, behind).repeat(1 + random.below(40)) + tail,
      () => head + other.slice(random.below(other.length + 1)),
      () => head + String.fromCharCode(random.below(0x110)) + rest,
    ];
    text = random.pick(results)();
  }
  return text.slice(0, MAX_LENGTH);
}

/** Requires an answer or a typed error, soon, and that at most one of two passwords is right. */
function tryInput(password, stored) {
  const started = performance.now();
  try {
    password.needsRehash(stored, { maxIterations: 100, iterations: 1 });
    const isRight = password.verifySync(PASSWORD, stored, { maxIterations: 100 });
    if (isRight && password.verifySync(`${PASSWORD}${PASSWORD}`, stored, { maxIterations: 100 }))
      throw new Error('two passwords are right');
  } catch (error) {
    if (!(error instanceof password.PasswordFormatError)) throw error;
    if (error.message.includes(stored) && stored.length > 30)
      throw new Error('the message quotes the string', { cause: error });
  }
  if (performance.now() - started > SLOWEST_MS) throw new Error('it takes too long');
}

function seeds(password) {
  const formats = ['phc', 'passlib', 'django', 'werkzeug', 'aspnet'];
  const made = formats.map((format) => password.hashSync(PASSWORD, { format, iterations: 1 }));
  return [...made, password.hashSync(PASSWORD, { algorithm: 'pbkdf2-sha512', iterations: 1 }), ''];
}

function readArguments(args) {
  const options = Object.fromEntries(
    args.filter((text) => text.startsWith('-')).map((text) => text.slice(1).split(/=(.*)/s)),
  );
  return { options, places: args.filter((text) => !text.startsWith('-')) };
}

const readInput = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));

function writeInput(prefix, text) {
  const file = `${prefix}${Date.now().toString(36)}-${process.pid}-${text.length}`;
  fs.writeFileSync(file, JSON.stringify(text));
  return file;
}

/** The search: inputs that reach new blocks are kept, and the next inputs are made from them. */
class Search {
  executions = 0;
  current = '';
  seen = new Set();

  constructor(password, coverage, corpus, random) {
    this.password = password;
    this.coverage = coverage;
    this.corpus = corpus;
    this.random = random;
    for (const text of corpus) this.run(text);
    for (const block of this.coverage.take()) this.seen.add(block);
  }

  run(text) {
    this.current = text;
    this.executions += 1;
    tryInput(this.password, text);
  }

  /** Tries inputs at once, since asking V8 takes longer than a thousand of them, and halves them where something is new. */
  explore(batch, keep) {
    for (const text of batch) this.run(text);
    const found = this.coverage.take().filter((block) => !this.seen.has(block));
    if (found.length === 0) return;
    if (batch.length > 1) {
      const middle = batch.length >> 1;
      this.explore(batch.slice(0, middle), keep);
      this.explore(batch.slice(middle), keep);
      return;
    }
    for (const block of found) this.seen.add(block);
    this.corpus.push(batch[0]);
    keep(batch[0]);
  }

  step(keep) {
    this.explore(
      Array.from({ length: BATCH }, () => mutate(this.corpus, this.random)),
      keep,
    );
  }

  report() {
    const { executions, seen, corpus } = this;
    console.log(`stat::number_of_executed_units: ${executions}`);
    console.log(`#${executions}\tDONE   cov: ${seen.size} ft: ${seen.size} corp: ${corpus.length}`);
  }
}

/** Runs until the time is over or a fault is found; returns the exit code. */
function fuzz(password, coverage, options, folders) {
  const seed = Number(options.seed ?? randomInt(2 ** 32));
  console.log(`INFO: Seed: ${seed}`);
  const known = folders.flatMap((folder) =>
    fs.readdirSync(folder).map((name) => readInput(path.join(folder, name))),
  );
  const corpus = [...seeds(password), ...known];
  const search = new Search(password, coverage, corpus, randomFrom(seed));
  const end = Date.now() + Number(options.max_total_time ?? 60) * 1000;
  try {
    while (Date.now() < end) search.step((text) => writeInput(`${folders[0]}${path.sep}`, text));
    return 0;
  } catch (error) {
    console.log(error);
    const file = writeInput(`${options.artifact_prefix ?? ''}crash-`, search.current);
    console.log(`Test unit written to ${file}`);
    return 1;
  } finally {
    search.report();
  }
}

const { options, places } = readArguments(process.argv.slice(2));
const coverage = new Coverage();
coverage.start(); // before the import: V8 has no blocks of functions that were compiled before
const password = await import('hermetic-ssl/password');
if (places.length === 1 && fs.statSync(places[0]).isFile()) {
  tryInput(password, readInput(places[0]));
} else {
  process.exitCode = fuzz(password, coverage, options, places);
}
