// Runs every check of style and structure, each warning an error:
//   node scripts/lint.mjs [--fix] [--base REF] [--tidy-all] [step...]
// --fix formats, and applies the linter's fixes. clang-tidy checks the C++ files that changed since the branch left REF
// (by default the main branch), or all with --tidy-all. A missing tool is reported as a skip.
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { runMain, UserError } from './lib/user-error.mjs';
import { nativeSteps } from './lint/native.mjs';
import { typescriptSteps } from './lint/typescript.mjs';

const STEPS = [...typescriptSteps, ...nativeSteps];

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      fix: { type: 'boolean' },
      base: { type: 'string' },
      'tidy-all': { type: 'boolean' },
    },
  });
  const unknown = positionals.filter((name) => STEPS.every((step) => step.name !== name));
  if (unknown.length > 0) {
    throw new UserError(
      `no such step: ${unknown.join(', ')}; there are ${STEPS.map(({ name }) => name).join(', ')}`,
    );
  }
  const steps =
    positionals.length > 0 ? STEPS.filter(({ name }) => positionals.includes(name)) : STEPS;
  return {
    steps,
    options: { fix: values.fix ?? false, base: values.base, tidyAll: values['tidy-all'] ?? false },
  };
}

async function runStep(step, options) {
  const started = Date.now();
  const outcome = await step.run(options);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (outcome.status === 'failed') console.log(`--- ${step.name}\n${outcome.output ?? ''}`);
  return { name: step.name, seconds, ...outcome };
}

function printSummary(results) {
  for (const { name, status, seconds, note = '' } of results) {
    console.log(
      `${name.padEnd(14)}${status.padEnd(9)}${`${seconds} s`.padStart(8)}  ${note}`.trimEnd(),
    );
  }
  const count = (status) => results.filter((result) => result.status === status).length;
  const [passed, failed, skipped] = [count('passed'), count('failed'), count('skipped')];
  console.log(`lint: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  const file = process.env.HERMETIC_TEST_SUMMARY; // see lib/summary-reporter.mjs
  const notes = results
    .filter(({ status }) => status === 'failed')
    .map(({ name }) => `FAILED lint: ${name}`);
  if (file) fs.appendFileSync(file, `${JSON.stringify({ passed, failed, skipped, notes })}\n`);
}

async function main() {
  const { steps, options } = readArguments();
  const results = [];
  for (const step of steps) results.push(await runStep(step, options));
  printSummary(results);
  return results.some(({ status }) => status === 'failed') ? 1 : 0;
}

await runMain(main);
