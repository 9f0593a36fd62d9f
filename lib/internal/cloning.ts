// Objects of the addon belong to one thread of one process, as Python's cannot be pickled.

type Mark = (object: object) => void;
let mark: Mark | null | undefined;

/** Looked up on first use: node:worker_threads takes 2 ms to load. Absent before Node 22.10. */
function findMark(): Mark | null {
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
