// Objects of the addon belong to one thread of one process, as Python's cannot be pickled.

type Mark = (object: object) => void;
let mark: Mark | null | undefined;

const FIRST_WITH_MARK = 22; // 22.10

/** Looked up on first use: node:worker_threads takes 2 ms to load, in vain before Node 22. */
function findMark(): Mark | null {
  if (Number.parseInt(process.versions.node, 10) < FIRST_WITH_MARK) return null;
  const threads = process.getBuiltinModule('node:worker_threads');
  return (Reflect.get(threads, 'markAsUncloneable') as Mark | undefined) ?? null;
}

/**
 * Makes structuredClone and postMessage refuse the object, with a DataCloneError, if the runtime supports it. Otherwise
 * they return a plain object without the methods.
 */
export function refuseCloning(object: object): void {
  if (mark === undefined) mark = findMark();
  mark?.(object);
}
