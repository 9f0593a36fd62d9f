/** Runs code that a message contains, as a reader would, with the names that it uses; gives its value. */
export function runHint(code: string, names: Readonly<Record<string, unknown>>): unknown {
  // oxlint-disable-next-line typescript/no-implied-eval -- the hint is to be followed to the letter
  const run = new Function(...Object.keys(names), `return ${code}`) as (
    ...values: unknown[]
  ) => unknown;
  return run(...Object.values(names));
}
