// Memory for secrets, which is wiped when they are not needed any more.

/**
 * Returns a buffer of memory outside V8's heap. V8 keeps arrays of up to 64 bytes in its heap, moves them, and leaves copies
 * behind, which `fill` does not reach.
 */
export const secretBuffer = (length: number): Buffer => Buffer.from(new ArrayBuffer(length));
