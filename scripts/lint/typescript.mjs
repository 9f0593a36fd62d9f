// The steps that check TypeScript, JavaScript, the English and the package.
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from '../lib/paths.mjs';
import { combine, runDependency, runScript, skipped } from './step.mjs';

async function checkTypes() {
  const projects = ['tsconfig.json', 'test/tsconfig.json'];
  const outcomes = [];
  for (const project of projects) {
    outcomes.push(
      await runDependency('typescript', 'tsc', ['--noEmit', '--pretty', 'false', '-p', project]),
    );
  }
  return combine(outcomes, projects.join(', '));
}

const lint = ({ fix }) => runDependency('oxlint', 'oxlint', [...(fix ? ['--fix'] : []), '.']);

const format = ({ fix }) => runDependency('oxfmt', 'oxfmt', [fix ? '--write' : '--check', '.']);

/** Checks the package as its consumers see it, which needs dist/. */
const ofPackage = (look) => async () =>
  fs.existsSync(path.join(repoRoot, 'dist', 'index.js'))
    ? look()
    : skipped('dist/ is not built: npm run build');

const publint = ofPackage(() => runDependency('publint', 'publint', ['--strict']));

// The package has ES modules only, which CommonJS may require() on the runtimes that it supports.
const attw = ofPackage(() =>
  runDependency('@arethetypeswrong/cli', 'attw', ['--pack', '.', '--profile', 'esm-only']),
);

/** Checks that a checked-in file is up to date; a missing tool of the generator is a skip. */
const generated = (script) => async () => {
  const outcome = await runScript(script, ['--check']);
  const reason = /^skipped: (.*)/.exec(outcome.output ?? '');
  return reason ? skipped(reason[1]) : outcome;
};

/** @type {import('./step.mjs').Step[]} */
export const typescriptSteps = [
  { name: 'types', run: checkTypes },
  { name: 'oxlint', run: lint },
  { name: 'oxfmt', run: format },
  { name: 'layering', run: () => runScript('check-layering.mjs') },
  { name: 'language', run: () => runScript('check-language.mjs') },
  { name: 'constants', run: generated('generate-constants.mjs') },
  { name: 'kernels', run: generated('generate-kernels.mjs') },
  { name: 'answers', run: generated('generate-known-answers.mjs') },
  { name: 'advisories', run: generated('generate-advisories.mjs') },
  { name: 'results', run: generated('generate-results.mjs') },
  { name: 'api', run: generated('generate-api.mjs') },
  { name: 'publint', run: publint },
  { name: 'attw', run: attw },
];
