// Memory for ciphertext on its way to a transport. One block serves one step after the other, of all connections: what a
// step does not fill goes to the next one, and a block that the system has copied is used again. A transport that is not a
// socket of Node gets memory of its own.

/** The least memory that a step is given. */
export const LEAST = 16_384;
/** The memory that is allocated at once, for several steps. */
const BLOCK = 65_536;
/** A larger block is not kept: the ciphertext of a large write, with room for its records. */
const MOST = 1_200_000;

let free: Buffer | null = null;

/** Returns memory of at least `size` bytes, which is the caller's until it is returned. */
export function lendMemory(size: number = LEAST): Buffer {
  const memory = free;
  if (memory === null || memory.length < size) return Buffer.allocUnsafeSlow(Math.max(size, BLOCK));
  free = null;
  return memory;
}

/** Takes memory back that nothing refers to. */
export function returnMemory(memory: Buffer): void {
  if (isWorthKeeping(memory.length) && memory.length > (free?.length ?? 0)) free = memory;
}

/** Returns the first bytes in memory of their own, which an application may keep, change or transfer. */
export function ownMemory(memory: Buffer, size: number): Buffer {
  const bytes = memory.subarray(0, size);
  if (2 * size >= memory.length) return bytes;
  const own = Buffer.allocUnsafeSlow(size);
  own.set(bytes);
  returnMemory(memory);
  return own;
}

/** Whether memory of so many bytes is used again. */
export function isWorthKeeping(size: number): boolean {
  return size >= LEAST && size <= MOST;
}
