// Stores: what the hosts of a fleet share. Any object with these methods is one.
import { typeError } from '../errors.js';
import type { Bytes } from '../internal/native/binding.js';
import { describe } from '../internal/validate.js';

type MaybePromise<T> = T | PromiseLike<T>;

/** The store of a ring's keys. */
export interface KeyStore {
  /** Returns the value of a key; null or undefined without one. */
  get(key: string): PromiseLike<Bytes | null | undefined> | Bytes | null | undefined;
  /** Stores a value unless there is one, in one atomic operation. Returns whether it was stored. */
  setIfAbsent(key: string, value: Buffer, seconds: number): PromiseLike<boolean> | boolean;
  /** Calls the listener when a value was stored by any host. Returns a function that ends that. Optional. */
  subscribe?(listener: () => void): () => void;
}

/** A store of everything that a fleet shares: keys of rings, and sessions. */
export interface FleetStore extends KeyStore {
  /** Stores a value, in place of an earlier one. */
  set(key: string, value: Buffer, seconds: number): unknown;
  /** Deletes a value, if there is one. */
  delete(key: string): unknown;
  /** Returns a value and deletes it, in one atomic operation. */
  take(key: string): PromiseLike<Bytes | null | undefined> | Bytes | null | undefined;
}

const LONGEST_WAIT = 5000;

/** Throws unless the object has the methods. */
export function requireMethods(value: unknown, name: string, methods: readonly string[]): void {
  if (typeof value !== 'object' || value === null)
    throw typeError(`${name} must be an object, not ${describe(value)}`);
  for (const method of methods)
    if (typeof Reflect.get(value, method) !== 'function')
      throw typeError(`${name} must have the methods ${methods.join(', ')}: ${method} is missing`);
}

/** Returns the result of a call, or rejects after a while: a store that hangs has failed. */
export async function within<T>(
  call: () => MaybePromise<T>,
  milliseconds = LONGEST_WAIT,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`no answer in ${milliseconds} ms`));
    timer = setTimeout(fail, milliseconds);
  });
  try {
    return await Promise.race([(async () => call())(), late]);
  } finally {
    clearTimeout(timer);
  }
}
