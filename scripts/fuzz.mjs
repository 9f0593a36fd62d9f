// Fuzzes the code that reads untrusted bytes: the targets of test/fuzz.
//   node scripts/fuzz.mjs                                 all targets, a minute each
//   node scripts/fuzz.mjs flights pkcs12 --seconds 3600   some of them, for an hour each
//   node scripts/fuzz.mjs --jobs 4                        the number at once; by default one per processor
//   node scripts/fuzz.mjs pkcs12 --input FILE             one input, to reproduce a finding
//   node scripts/fuzz.mjs planted_fault                   the control, which must fail
// Inputs that reach new code are kept in the cache (fuzz/<target>/corpus), and the next run begins with them. Exit code
// 1 if a defect was found: the input is kept and minimised, and the command that reproduces it is printed. Needs clang
// 19 with its libFuzzer; without it the exit code is 0 and the last line says "skipped".
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildTargets, whyNotHere } from './fuzz/build.mjs';
import { commandOf, fuzz, minimise, placesOf } from './fuzz/run.mjs';
import { makeSeeds } from './fuzz/seeds.mjs';
import { TARGETS } from './fuzz/targets.mjs';
import { compileTypescript } from './lib/typescript.mjs';
import { runMain, UserError } from './lib/user-error.mjs';

const LOG_TAIL_LINES = 60;

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '60' },
      jobs: { type: 'string', default: String(os.availableParallelism()) },
      input: { type: 'string' },
    },
  });
  const unknown = positionals.find((name) => !Object.hasOwn(TARGETS, name));
  if (unknown)
    throw new UserError(
      `unknown fuzz target "${unknown}"; known targets: ${Object.keys(TARGETS).join(', ')}`,
    );
  const every = Object.keys(TARGETS).filter((name) => !TARGETS[name].isControl);
  const names = positionals.length > 0 ? positionals : every;
  if (values.input !== undefined && names.length !== 1)
    throw new UserError('--input goes with the name of one target');
  return {
    names,
    input: values.input,
    seconds: positive('--seconds', values.seconds),
    jobs: positive('--jobs', values.jobs),
  };
}

function positive(option, text) {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new UserError(`${option} takes a whole number above 0, not "${text}"`);
}

/** Builds the targets; returns their folder. */
async function prepare(names) {
  await compileTypescript();
  const programs = names.filter((name) => !TARGETS[name].isScript);
  const folder = programs.length > 0 ? await buildTargets(programs) : '';
  for (const name of programs) await makeSeeds(name, path.join(folder, name), placesOf(name).seeds);
  return folder;
}

/** Runs a limited number at once, in the given order. */
async function runAll(names, jobs, run) {
  const waiting = [...names];
  const outcomes = [];
  const worker = async () => {
    for (let name = waiting.shift(); name; name = waiting.shift()) outcomes.push(await run(name));
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return outcomes;
}

/** Writes counts for .ci/run, in the form of lib/summary-reporter.mjs. */
function summarise(counts) {
  const file = process.env.HERMETIC_TEST_SUMMARY;
  if (file) fs.appendFileSync(file, `${JSON.stringify(counts)}\n`);
}

function print({ name, executions, coverage, corpus, seconds, finding }) {
  const counts = `${executions} executions, ${coverage} edges, ${corpus} inputs, ${seconds} s`;
  console.log(`${name.padEnd(17)}${finding ? 'FOUND' : 'passed'}  ${counts}`);
}

async function explain({ name, finding, log }, folder) {
  const tail = fs.readFileSync(log, 'utf8').split('\n').slice(-LOG_TAIL_LINES).join('\n');
  console.log(`--- ${name}: the end of ${log}\n${tail}`);
  if (finding === log) return;
  const smaller = await minimise(name, folder, finding);
  console.log(`the input is ${finding}; to see it again:`);
  console.log(`  node scripts/fuzz.mjs ${name} --input ${smaller}`);
}

function showAgain(name, folder, input) {
  const [program, ...args] = commandOf(name, folder);
  const { status } = spawnSync(program, [...args, path.resolve(input)], { stdio: 'inherit' });
  return status === 0 ? 0 : 1;
}

await runMain(async () => {
  const { names, input, seconds, jobs } = readArguments();
  const why = whyNotHere();
  if (why) {
    console.log(`fuzz: skipped: ${why}`);
    summarise({ passed: 0, failed: 0, skipped: names.length });
    return 0;
  }
  const folder = await prepare(names);
  if (input !== undefined) return showAgain(names[0], folder, input);
  const outcomes = await runAll(names, jobs, async (name) => {
    const outcome = await fuzz(name, folder, seconds);
    print(outcome);
    return outcome;
  });
  const found = outcomes.filter(({ finding }) => finding !== null);
  for (const outcome of found) await explain(outcome, folder);
  summarise({ passed: outcomes.length - found.length, failed: found.length, skipped: 0 });
  console.log(`fuzz: ${outcomes.length - found.length} targets passed, ${found.length} found something`); // prettier-ignore
  return found.length === 0 ? 0 : 1;
});
