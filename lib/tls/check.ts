// Checks of arguments with the messages of node:tls.
import { invalidType, outOfRange } from './errors.js';

const TEXT_OR_BYTES = ['string', 'Buffer', 'TypedArray', 'DataView'];
const INT32 = 2 ** 31;

/** Throws unless the value is a string. */
export function requireString(value: unknown, name: string): asserts value is string {
  if (typeof value !== 'string') throw invalidType(name, ['string'], value);
}

/** Throws unless the value is an object; null and arrays are not. */
export function requireObject(value: unknown, name: string): asserts value is object {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw invalidType(name, ['Object'], value);
}

/** Throws unless the value is a boolean. */
export function requireBoolean(value: unknown, name: string): asserts value is boolean {
  if (typeof value !== 'boolean') throw invalidType(name, ['boolean'], value);
}

/** Throws unless the value is a function. */
export function requireFunction(
  value: unknown,
  name: string,
): asserts value is (...values: unknown[]) => unknown {
  if (typeof value !== 'function') throw invalidType(name, ['Function'], value);
}

/** Throws unless the value is a number of at least `least`. */
export function requireNumber(
  value: unknown,
  name: string,
  least = -Infinity,
): asserts value is number {
  if (typeof value !== 'number') throw invalidType(name, ['number'], value);
  if (Number.isNaN(value) || value < least) throw outOfRange(name, `>= ${least}`, value);
}

function requireWhole(value: unknown, name: string): asserts value is number {
  if (typeof value !== 'number') throw invalidType(name, ['number'], value);
  if (!Number.isInteger(value)) throw outOfRange(name, 'an integer', value);
}

/** Throws unless the value is a safe integer. */
export function requireInteger(value: unknown, name: string): asserts value is number {
  requireWhole(value, name);
  const most = Number.MAX_SAFE_INTEGER;
  if (Math.abs(value) > most) throw outOfRange(name, `>= ${-most} && <= ${most}`, value);
}

/** Throws unless the value is a whole number from `least` to 2^31 - 1. */
export function requireInt32(
  value: unknown,
  name: string,
  least = -INT32,
): asserts value is number {
  requireWhole(value, name);
  if (value < least || value >= INT32)
    throw outOfRange(name, `>= ${least} && <= ${INT32 - 1}`, value);
}

/** Throws unless the value is a whole number from 1 to 2^32 - 1. */
export function requirePositiveUint32(value: unknown, name: string): asserts value is number {
  requireWhole(value, name);
  if (value < 1 || value >= 2 * INT32) throw outOfRange(name, '>= 1 && <= 4294967295', value);
}

/** Throws unless the value is a Buffer, TypedArray or DataView. */
export function requireView(value: unknown, name: string): asserts value is ArrayBufferView {
  if (!ArrayBuffer.isView(value)) throw invalidType(name, TEXT_OR_BYTES.slice(1), value);
}

/** Throws unless the value is text or bytes, as a key or a certificate. */
export function requireTextOrView(
  value: unknown,
  name: string,
): asserts value is string | ArrayBufferView {
  if (typeof value !== 'string' && !ArrayBuffer.isView(value))
    throw invalidType(name, TEXT_OR_BYTES, value);
}

/** Returns a Buffer of the same memory. */
export function bufferOf(value: string | ArrayBufferView): Buffer {
  if (typeof value === 'string') return Buffer.from(value);
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
