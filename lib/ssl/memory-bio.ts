// MemoryBIO: one direction of a connection's ciphertext, kept in memory.
import { binding, type Bytes, type MemoryBioHandle } from '../internal/binding.js';
import { unwrap } from '../errors.js';
import { requireBytes, requireInteger } from '../internal/validate.js';

/**
 * A buffer that passes bytes between an {@link SSLObject} and whatever carries them (Python: ssl.MemoryBIO).
 */
export class MemoryBIO {
  /** @internal */
  readonly handle: MemoryBioHandle = binding.memoryBioCreate();

  /** How many bytes can be read now. */
  get pending(): number {
    return binding.memoryBioPending(this.handle);
  }

  /** True once `writeEof` was called and everything before it was read. */
  get eof(): boolean {
    return binding.memoryBioAtEof(this.handle);
  }

  /**
   * Takes up to `size` bytes, all of them by default. An empty Buffer when there are none.
   * @param size at most so many bytes; negative means all
   */
  read(size = -1): Buffer {
    requireInteger(size, 'size');
    return binding.memoryBioRead(this.handle, size);
  }

  /**
   * Appends bytes and gives their number.
   * @throws SSLError after `writeEof`
   */
  write(bytes: Bytes): number {
    requireBytes(bytes, 'bytes');
    unwrap(binding.memoryBioWrite(this.handle, bytes));
    return bytes.byteLength;
  }

  /** Marks the end: nothing can be written after it. */
  writeEof(): void {
    binding.memoryBioWriteEof(this.handle);
  }
}
