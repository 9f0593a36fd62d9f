/**
 * A reporter for vitest that counts the interop cases: per peer and direction how many passed, failed and were skipped,
 * and why. It knows them by the names of their groups, "our client, X server" and "X client, our server".
 */
import type { Reporter, TestCase, TestModule } from 'vitest/node';

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

const GROUP = /^(our client, (.+) server|(.+) client, our server)$/;

function groupOf(test: TestCase): string | null {
  const { parent } = test;
  if (parent.type !== 'suite') return null;
  const name = parent.name.replaceAll("'", '');
  return GROUP.test(name) ? name : null;
}

export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tallies = new Map<string, Tally>();
    const reasons = new Map<string, number>();
    for (const module of modules) {
      if (!module.moduleId.includes('/interop/')) continue;
      for (const test of module.children.allTests()) this.#count(test, tallies, reasons);
    }
    if (tallies.size > 0) print(tallies, reasons);
  }

  #count(test: TestCase, tallies: Map<string, Tally>, reasons: Map<string, number>): void {
    const group = groupOf(test);
    if (group === null) return;
    const tally = tallies.get(group) ?? { passed: 0, failed: 0, skipped: 0 };
    tallies.set(group, tally);
    const result = test.result();
    if (result.state === 'pending') return;
    tally[result.state] += 1;
    if (result.state !== 'skipped') return;
    const reason = `${group}: ${result.note ?? 'no reason given'}`;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
}

function print(tallies: Map<string, Tally>, reasons: Map<string, number>): void {
  const width = Math.max(...[...tallies.keys()].map((name) => name.length));
  const lines = [...tallies]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, { passed, failed, skipped }]) =>
        `  ${name.padEnd(width)}  ${passed} passed, ${failed} failed, ${skipped} skipped`,
    );
  const skips = [...reasons].map(([reason, count]) => `  skipped ${count}: ${reason}`);
  console.log(['', 'Interop cases', ...lines, ...skips].join('\n'));
}
