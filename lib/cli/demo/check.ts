// Checks of the demonstration: a condition that does not hold fails the step.

/** Throws with `complaint` unless the condition holds. */
export function check(condition: boolean, complaint: string): asserts condition {
  if (!condition) throw new Error(complaint);
}

/** Returns the error that a promise rejects with; throws if it does not reject. */
export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
  throw new Error('it went through, but should have been refused');
}
