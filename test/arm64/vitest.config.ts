// The tests, run by another Node: the one that HERMETIC_TEST_NODE names (scripts/test-arm64.mjs).
import { mergeConfig } from 'vitest/config';

import base from '../../vitest.config.js';

const node = process.env['HERMETIC_TEST_NODE'];
if (node === undefined)
  throw new Error('HERMETIC_TEST_NODE names no Node; run scripts/test-arm64.mjs');
// What vitest starts its workers with.
process.execPath = node;

const TIMES_SLOWER = Number(process.env['HERMETIC_TEST_TIMES_SLOWER'] ?? 1);

export default mergeConfig(base, {
  test: {
    setupFiles: ['test/arm64/setup.ts'],
    maxWorkers: 2,
    testTimeout: 60_000 * TIMES_SLOWER,
    hookTimeout: 60_000 * TIMES_SLOWER,
    expect: { poll: { timeout: 1000 * TIMES_SLOWER } },
  },
});
