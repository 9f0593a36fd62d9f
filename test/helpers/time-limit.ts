/** Limits of time. Only what hangs takes as long; an emulated processor and Wine get more (scripts/emulation/test-arm64.mjs, test-wine.mjs). */

const TIMES_SLOWER = Number(process.env['HERMETIC_TEST_TIMES_SLOWER'] ?? 1);

/** As many milliseconds as this processor needs for what takes another one `ms`. */
export const limit = (ms: number): number => ms * TIMES_SLOWER;

/** How long what a test starts may take, in milliseconds, where the test does not say. */
export const TIME_LIMIT: number = limit(60_000);
