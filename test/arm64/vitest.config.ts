// The tests, run by another Node: the one that HERMETIC_TEST_NODE names (scripts/test-arm64.mjs).
import { mergeConfig } from 'vitest/config';
import type { PoolOptions } from 'vitest/node';

import base from '../../vitest.config.js';
import { TIME_LIMIT } from '../helpers/time-limit.js';
import { PatientWorker } from './patient-worker.js';

const node = process.env['HERMETIC_TEST_NODE'];
if (node === undefined)
  throw new Error('HERMETIC_TEST_NODE names no Node; run scripts/test-arm64.mjs');
// vitest starts its workers with this program.
process.execPath = node;

export default mergeConfig(base, {
  test: {
    setupFiles: ['test/arm64/setup.ts'],
    pool: {
      name: 'patient-forks',
      createPoolWorker: (options: PoolOptions) => new PatientWorker(options, TIME_LIMIT),
    },
    maxWorkers: 2,
    testTimeout: TIME_LIMIT,
    hookTimeout: TIME_LIMIT,
    expect: { poll: { timeout: TIME_LIMIT / 60 } },
  },
});
