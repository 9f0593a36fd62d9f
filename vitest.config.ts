import { availableParallelism } from 'node:os';

import { defineConfig } from 'vitest/config';

import { CountReporter } from './test/interop/support/count-reporter.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // vitest alone would leave one processor of two unused: most tests wait for processes of theirs.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ['default', new CountReporter()],
    // Generous, since many run real peers on a shared machine; a test that hangs still ends.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // .ci/run repeats a failed test once; summary-reporter.mjs names such tests, and fails when there are many.
    retry: process.env['HERMETIC_TEST_REPEAT'] === '1' ? 1 : 0,
    // What is tested is what ships: dist/ and the addon, loaded by Node and not transformed.
    server: { deps: { external: [/\/dist\//, /\.node$/] } },
  },
});
