/**
 * Closes what a test opened, in reverse order and to the end even when one of them fails:
 * `const cleanup = new Cleanup(); afterAll(() => cleanup.run());`
 */
interface Closable {
  close(): unknown;
}

export class Cleanup {
  private readonly steps: (() => unknown)[] = [];

  /** Remembers `thing` and returns it, so that it can wrap the expression that opens it. */
  add<T extends Closable>(thing: T): T {
    this.steps.push(() => thing.close());
    return thing;
  }

  defer(step: () => unknown): void {
    this.steps.push(step);
  }

  async run(): Promise<void> {
    const errors: unknown[] = [];
    for (let step = this.steps.pop(); step !== undefined; step = this.steps.pop()) {
      try {
        await step();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'cleanup failed');
  }
}
