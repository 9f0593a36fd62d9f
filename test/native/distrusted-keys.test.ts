// The table of distrusted keys that comes with the package, which is empty: with entries of the test's own, and as it is.
import { afterAll, describe, expect, it } from 'vitest';

import { TempDirectory } from '../helpers/temp.js';
import { outputOf, whyNoCompiler } from './support/program.js';

const folder = await TempDirectory.create('distrusted keys ');
afterAll(() => folder.close());

const ENTRIES = `
    {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32},
    {${'0xff, '.repeat(32)}},
`;

/** Returns the output of the program when it is compiled with these folders of headers. */
const answersWith = (...folders: string[]): Promise<string> =>
  outputOf({
    main: 'distrusted_keys.cc',
    needed: /^native\/trust\/store\/distrusted\.cc$/,
    folders,
  });

describe('the table of distrusted keys', () => {
  it('has the keys of its entries and no other', { timeout: 120_000 }, async (test) => {
    const why = whyNoCompiler();
    if (why !== null) return test.skip(why);
    expect(await answersWith()).toBe('0 0 0 0 0 0\n');
    await folder.write('native/trust/store/distrusted_keys.inc', ENTRIES);
    expect(await answersWith(folder.path)).toBe('1 1 0 0 0 64\n');
  });
});
