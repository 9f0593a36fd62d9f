// A vitest reporter that prints, at the end of a run, the reasons for skipped tests, with counts, and one plain line,
// `N passed, N failed, N skipped`. The counts also go, as a line of JSON, to the file that HERMETIC_TEST_SUMMARY names.
import fs from 'node:fs';

// oxlint-disable-next-line import/no-default-export -- how vitest finds a reporter
export default class SummaryReporter {
  onTestRunEnd(testModules, unhandledErrors) {
    const tests = testModules.flatMap((module) => [...module.children.allTests()]);
    const results = tests.map((test) => test.result());
    const count = (state) => results.filter((result) => result.state === state).length;
    const broken = testModules.filter(
      (module) => module.state() === 'failed' && module.errors().length > 0,
    ).length;
    printReasons(tests.filter((test) => test.result().state === 'skipped'));
    const counts = {
      passed: count('passed'),
      failed: count('failed') + broken + unhandledErrors.length,
      skipped: results.length - count('passed') - count('failed'),
    };
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    const file = process.env.HERMETIC_TEST_SUMMARY;
    if (file) fs.appendFileSync(file, `${JSON.stringify(counts)}\n`);
  }
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
