// A vitest reporter that prints, at the end of a run, the reasons for skipped tests, with counts, the tests that failed or
// passed only when repeated, and one plain line, `N passed, N failed, N skipped`. The counts and the names also go, as a
// line of JSON, to the file that HERMETIC_TEST_SUMMARY names.
import fs from 'node:fs';

// One slow moment of a shared machine may disturb a test or two; more is a fault of the project.
const REPEATED_AT_MOST = 3;

// oxlint-disable-next-line import/no-default-export -- how vitest finds a reporter
export default class SummaryReporter {
  onTestRunEnd(testModules, unhandledErrors) {
    const tests = testModules.flatMap((module) => [...module.children.allTests()]);
    const results = tests.map((test) => test.result());
    const count = (state) => results.filter((result) => result.state === state).length;
    const broken = testModules.filter(
      (module) => module.state() === 'failed' && module.errors().length > 0,
    );
    const repeated = tests.filter((test) => test.diagnostic()?.flaky);
    const tooMany = repeated.length > REPEATED_AT_MOST ? 1 : 0;
    const notes = [
      ...tests.filter((test) => test.result().state === 'failed').map(failure('FAILED')),
      ...broken.map((module) => `FAILED ${module.relativeModuleId}: ${firstLine(module.errors())}`),
      ...unhandledErrors.map((error) => `FAILED outside a test: ${firstLine([error])}`),
      ...repeated.map(failure('PASSED ONLY WHEN REPEATED')),
      ...(tooMany ? [`FAILED: more than ${REPEATED_AT_MOST} tests had to be repeated`] : []),
    ];
    printReasons(tests.filter((test) => test.result().state === 'skipped'));
    for (const note of notes) console.log(note);
    const counts = {
      passed: count('passed'),
      failed: count('failed') + broken.length + unhandledErrors.length + tooMany,
      skipped: results.length - count('passed') - count('failed'),
    };
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    const file = process.env.HERMETIC_TEST_SUMMARY;
    if (file) fs.appendFileSync(file, `${JSON.stringify({ ...counts, notes })}\n`);
  }
}

function failure(what) {
  return (test) =>
    `${what} ${test.module.relativeModuleId} > ${test.fullName}: ${firstLine(test.result().errors)}`;
}

function firstLine(errors) {
  return String(errors?.[0]?.message ?? 'no message').split('\n')[0];
}

function printReasons(skipped) {
  const reasons = new Map();
  for (const test of skipped) {
    // Tests that are skipped by their own condition have it in their name.
    const reason = test.result().note ?? test.fullName;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  for (const [reason, times] of reasons) console.log(`skipped ${times}: ${reason}`);
}
