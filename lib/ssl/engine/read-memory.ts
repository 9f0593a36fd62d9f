// Memory for plaintext whose amount is not known before it has been received. One slab serves one step after the other, of
// all connections. Small chunks are copied out of it, so that they do not keep the slab alive; large ones are parts of it.
import { Buffer } from 'node:buffer'; // the global one is a getter

/** Has room for what one step receives, and for the record before it. */
const LEAST = 65_536 + 16_384;
const SLAB = 262_144;
/** A chunk up to this size is copied. */
const SMALL = 8192;

let free: Buffer | null = null;

/** Returns memory that is the caller's until `handOutRead`. */
export function lendForReading(): Buffer {
  const memory = free;
  free = null; // a callback inside the step may read another connection
  return memory ?? Buffer.allocUnsafeSlow(SLAB);
}

/** Takes memory back that nothing refers to. */
export function returnRead(memory: Buffer): void {
  if (memory.length >= LEAST && memory.length > (free?.length ?? 0)) free = memory;
}

/** Returns the first bytes of the memory, which belong to the application; the rest serves the next step. */
export function handOutRead(memory: Buffer, size: number): Buffer {
  const isSmall = size <= SMALL;
  returnRead(isSmall ? memory : memory.subarray(size));
  return isSmall ? Buffer.from(memory.subarray(0, size)) : memory.subarray(0, size);
}
