/**
 * How long a program that a test starts may take, in milliseconds, where the test does not say. Only what hangs takes as
 * long; a processor that is emulated gets more (scripts/test-arm64.mjs).
 */
export const TIME_LIMIT: number = 60_000 * Number(process.env['HERMETIC_TEST_TIMES_SLOWER'] ?? 1);
