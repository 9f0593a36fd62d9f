// MemoryBIO: one direction of a connection's ciphertext, kept in memory.
import { binding, type Bytes, type MemoryBioHandle } from '../internal/native/binding.js';
import { typeError, unwrap } from '../errors.js';
import { describe, requireBytes, requireInt32 } from '../internal/validate.js';
import { refuseCloning } from '../internal/cloning.js';

/**
 * A buffer that passes bytes between an {@link SSLObject} and whatever carries them (Python: ssl.MemoryBIO). It grows as
 * needed.
 */
export class MemoryBIO {
  /** @internal */
  readonly handle: MemoryBioHandle = binding.memoryBioCreate();

  /** An empty one. */
  constructor() {
    refuseCloning(this);
  }

  /** How many bytes can be read now (Python: ssl.MemoryBIO.pending). */
  get pending(): number {
    return binding.memoryBioPending(this.handle);
  }

  /** True once `writeEof` was called and everything before it was read (Python: ssl.MemoryBIO.eof). */
  get eof(): boolean {
    return binding.memoryBioAtEof(this.handle);
  }

  /**
   * Takes bytes out (Python: ssl.MemoryBIO.read). An empty Buffer when there are none.
   * @param size At most so many bytes; negative, as by default, for all.
   * @throws RangeError (ERR_OUT_OF_RANGE) for a size that 32 bits do not hold
   */
  read(size = -1): Buffer {
    requireInt32(size, 'size');
    return binding.memoryBioRead(this.handle, size);
  }

  /**
   * Appends bytes, copied at the call, and gives their number (Python: ssl.MemoryBIO.write).
   * @throws SSLError after `writeEof`
   */
  write(bytes: Bytes): number {
    requireBytes(bytes, 'bytes');
    unwrap(binding.memoryBioWrite(this.handle, bytes));
    return bytes.byteLength;
  }

  /** Marks the end: nothing can be written after it (Python: ssl.MemoryBIO.write_eof). */
  writeEof(): void {
    binding.memoryBioWriteEof(this.handle);
  }
}

/** Throws unless the value is a MemoryBIO. */
export function requireMemoryBIO(value: unknown, name: string): asserts value is MemoryBIO {
  if (!(value instanceof MemoryBIO))
    throw typeError(`${name} must be a MemoryBIO, not ${describe(value)}`);
}
