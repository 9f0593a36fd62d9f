// Has child processes register as well, by NODE_OPTIONS. Workers inherit `--import` from their parent.
const VARIABLE = 'NODE_OPTIONS';

let before: string | undefined | null = null;

/** Appends `--import` of the file to NODE_OPTIONS. */
export function addToChildren(url: string): void {
  if (before !== null) return;
  before = process.env[VARIABLE];
  process.env[VARIABLE] = `${before ?? ''} --import=${url}`.trim();
}

/** Restores NODE_OPTIONS. */
export function removeFromChildren(): void {
  if (before === null) return;
  if (before === undefined) Reflect.deleteProperty(process.env, VARIABLE);
  else process.env[VARIABLE] = before;
  before = null;
}
