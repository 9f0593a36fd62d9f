// Checks of arguments: Python's rules, and errors that name the argument, its type and the allowed types.
import { inspect } from 'node:util';

import { overflowError, typeError, valueError } from '../errors.js';
import type { Bytes } from './native/binding.js';

// The name of a value's class, by its prototype: an own property "constructor" is data. A proxy may throw.
function classOf(value: object): string {
  try {
    const { name } = (Object.getPrototypeOf(value) as { constructor: { name: unknown } })
      .constructor;
    return typeof name === 'string' ? name : 'Object';
  } catch {
    return 'Object';
  }
}

/**
 * Returns the type of a value for a message, without any part of the value: it may be a secret passed in the wrong form
 * or in the wrong place. Never throws.
 */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object') return `type ${typeof value}`;
  return `an instance of ${classOf(value)}`;
}

/**
 * Returns the type of a value and, if it is primitive, its beginning. Only for a value that cannot be a secret, such as an alert
 * that a callback returned.
 */
export function describeWithValue(value: unknown): string {
  const isObject = typeof value === 'function' || typeof value === 'object';
  if (isObject || value === undefined) return describe(value);
  return `${describe(value)} (${inspect(value).slice(0, 40)})`;
}

/** Throws unless the value is a string. */
export function requireString(value: unknown, name: string): asserts value is string {
  if (typeof value !== 'string')
    throw typeError(`${name} must be a string, not ${describe(value)}`);
}

/** Throws unless the value is a string without a NUL character, which would end it in C. */
export function requireText(value: unknown, name: string): asserts value is string {
  requireString(value, name);
  if (value.includes('\0')) throw valueError(`${name} must not contain a NUL character`);
}

/** Throws unless the value is an options object. Bytes are not: they belong to another argument. */
export function requireOptions(value: unknown, name = 'options'): asserts value is object {
  if (typeof value !== 'object' || value === null || isBytes(value))
    throw typeError(`${name} must be an object, not ${describe(value)}`);
}

/**
 * Returns the object's own options in an object without a prototype: properties of Object.prototype are not options.
 * @throws TypeError for a value that cannot be options
 */
export function ownOptions<Options extends object>(options: Options, name?: string): Options {
  requireOptions(options, name);
  return Object.assign(Object.create(null) as Options, options);
}

/** Returns the object without its prototype. Unlike a copy, it stays one whose properties are read fast. */
export const withoutPrototype = <Value extends object>(value: Value): Value =>
  Object.setPrototypeOf(value, null) as Value;

/** Options without null, except those of the names `Kept`. */
export type Given<Options, Kept extends string = never> = {
  [Name in keyof Options]: Name extends Kept ? Options[Name] : Exclude<Options[Name], null>;
};

/**
 * Returns the options as by `ownOptions`, without those that are null: null means absent, as in node:tls.
 * @param kept The options whose null differs from their absence.
 */
export function givenOptions<Options extends object, Kept extends string = never>(
  options: Options | null,
  kept: readonly Kept[] = [],
): Given<Options, Kept> {
  const given = ownOptions(options ?? {}) as Record<string, unknown>;
  // The keys of the caller's object are faster to list.
  for (const name of Object.keys(options ?? {}))
    if (given[name] === null && !(kept as readonly string[]).includes(name)) delete given[name];
  return given as Given<Options, Kept>;
}

/** Throws unless each of the named options is a boolean or left out. */
export function requireFlags<Key extends string>(
  options: Partial<Record<Key, unknown>>,
  names: readonly Key[],
): void {
  for (const name of names) {
    if (options[name] !== undefined) requireBoolean(options[name], name);
  }
}

/** Throws unless the value is a boolean. */
export function requireBoolean(value: unknown, name: string): asserts value is boolean {
  if (typeof value !== 'boolean')
    throw typeError(`${name} must be a boolean, not ${describe(value)}`);
}

/** Throws unless the value is a function. */
export function requireFunction(
  value: unknown,
  name: string,
): asserts value is (...args: never) => unknown {
  if (typeof value !== 'function')
    throw typeError(`${name} must be a function, not ${describe(value)}`);
}

/** Throws unless the value is a whole number; NaN, fractions and bigint are not. */
export function requireInteger(value: unknown, name: string): asserts value is number {
  if (typeof value !== 'number')
    throw typeError(`${name} must be an integer, not ${describe(value)}`);
  if (!Number.isInteger(value)) throw typeError(`${name} must be an integer, not ${value}`);
}

/** Throws unless the value is a whole number that a C int holds. */
export function requireInt32(value: unknown, name: string): asserts value is number {
  requireInteger(value, name);
  if (value !== (value | 0)) throw overflowError(`${name} must fit in 32 bits, not ${value}`);
}

/** Throws unless the value is a whole number within the range, both ends included. */
export function requireIntegerWithin(
  value: unknown,
  name: string,
  [least, most]: readonly [number, number],
): asserts value is number {
  requireInteger(value, name);
  if (value < least) throw valueError(`${name} must be at least ${least}, not ${value}`);
  if (value > most) throw overflowError(`${name} must be at most ${most}, not ${value}`);
}

/** Whether the value is an ArrayBuffer or a view of one (or of a SharedArrayBuffer). */
export function isBytes(value: unknown): value is Bytes {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}

/** Throws unless the value is bytes. Strings are refused, as in Python: encode them first. */
export function requireBytes(value: unknown, name: string): asserts value is Bytes {
  if (isBytes(value)) return;
  const hint = typeof value === 'string' ? '; encode it first, as in Buffer.from(text)' : '';
  throw typeError(
    `${name} must be a Buffer, TypedArray, DataView or ArrayBuffer, not ${describe(value)}${hint}`,
  );
}
