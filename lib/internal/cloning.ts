// Objects of the addon exist in one thread of one process, as Python's cannot be pickled.

type Mark = (object: object) => void;
let mark: Mark | null | undefined;

/** Found when it is first needed: node:worker_threads takes 2 ms to load. Absent before Node 22.10. */
function findMark(): Mark | null {
  const threads = process.getBuiltinModule('node:worker_threads');
  return (Reflect.get(threads, 'markAsUncloneable') as Mark | undefined) ?? null;
}

/**
 * Makes structuredClone and postMessage refuse the object, with a DataCloneError, where the runtime can be told so. Without it they
 * give a plain object, which has none of the methods.
 */
export function refuseCloning(object: object): void {
  if (mark === undefined) mark = findMark();
  mark?.(object);
}
