// Objects of the addon exist in one thread of one process, as Python's cannot be pickled.
import * as workerThreads from 'node:worker_threads';

/** Absent before Node 22.10. */
const mark = Reflect.get(workerThreads, 'markAsUncloneable') as
  | ((object: object) => void)
  | undefined;

/**
 * Makes structuredClone and postMessage refuse the object, with a DataCloneError, where the runtime can be told so. Without it they
 * give a plain object, which has none of the methods.
 */
export function refuseCloning(object: object): void {
  mark?.(object);
}
