// The steps that look at TypeScript, JavaScript and the package.
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

async function checkPackage() {
  if (!fs.existsSync(path.join(repoRoot, 'dist', 'index.js')))
    return skipped('dist/ is not built: npm run build');
  return runDependency('publint', 'publint', ['--strict']);
}

async function checkConstants() {
  const outcome = await runScript('generate-constants.mjs', ['--check']);
  const reason = /^skipped: (.*)/.exec(outcome.output ?? '');
  return reason ? skipped(reason[1]) : outcome;
}

/** @type {import('./step.mjs').Step[]} */
export const typescriptSteps = [
  { name: 'types', run: checkTypes },
  { name: 'oxlint', run: lint },
  { name: 'oxfmt', run: format },
  { name: 'layering', run: () => runScript('check-layering.mjs') },
  { name: 'constants', run: checkConstants },
  { name: 'publint', run: checkPackage },
];
