// The shipped declarations, as a user's compiler reads them: by the package's name, from dist/.
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { describe, expect, it } from 'vitest';

import { run } from '../package/support/run.js';

const here = import.meta.dirname;
const root = resolve(here, '../..');
const programs = readdirSync(here).filter((name) => !name.endsWith('.test.ts'));
const OPTIONS = ['--noEmit', '--strict', '--module', 'nodenext', '--types', 'node'];

describe('the declarations', () => {
  it.each(programs)('fit the program %s', { timeout: 120_000 }, async (program) => {
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const args = [tsc, ...OPTIONS, '--ignoreConfig', join(here, program)];
    const { code, output } = await run(process.execPath, args, { cwd: root, timeout: 100_000 });
    expect({ code, output }).toEqual({ code: 0, output: '' });
  });
});
