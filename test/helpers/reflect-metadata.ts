/**
 * The few Reflect.*Metadata functions that @peculiar/x509 needs at import time (its container library refuses to load
 * without them). Import this before it. A complete polyfill that is already there is left alone.
 */
type Store = Map<unknown, unknown>;
const stores = new WeakMap<object, Store>();

function define(key: unknown, value: unknown, target: object): void {
  const store = stores.get(target) ?? new Map<unknown, unknown>();
  stores.set(target, store.set(key, value));
}

function getOwn(key: unknown, target: object): unknown {
  return stores.get(target)?.get(key);
}

function get(key: unknown, target: object): unknown {
  for (
    let at: object | null = target;
    at !== null;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    if (stores.get(at)?.has(key)) return getOwn(key, at);
  }
  return undefined;
}

if (!('getMetadata' in Reflect)) {
  Object.assign(Reflect, {
    defineMetadata: define,
    getMetadata: get,
    getOwnMetadata: getOwn,
    // Property metadata is never read back by the library, so only classes are remembered.
    metadata: (key: unknown, value: unknown) => (target: object, property?: PropertyKey) => {
      if (property === undefined) define(key, value, target);
    },
  });
}
