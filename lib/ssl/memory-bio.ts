// MemoryBIO: one direction of a connection's ciphertext, kept in memory.
import { binding, type Bytes, type MemoryBioHandle } from '../internal/native/binding.js';
import { typeError, unwrap } from '../errors.js';
import { describe, requireBytes, requireInt32 } from '../internal/validate.js';
import { refuseCloning } from '../internal/cloning.js';

/** A buffer between an {@link SSLObject} and its transport (Python: ssl.MemoryBIO). It grows as needed. */
export class MemoryBIO {
  /** @internal */
  readonly handle: MemoryBioHandle = binding.memoryBioCreate();

  /** Creates an empty MemoryBIO. */
  constructor() {
    refuseCloning(this);
  }

  /** The number of bytes that can be read now (Python: ssl.MemoryBIO.pending). */
  get pending(): number {
    return binding.memoryBioPending(this.handle);
  }

  /** True once `writeEof` was called and everything before it was read (Python: ssl.MemoryBIO.eof). */
  get eof(): boolean {
    return binding.memoryBioAtEof(this.handle);
  }

  /**
   * Removes and returns bytes (Python: ssl.MemoryBIO.read); an empty Buffer if there is nothing to read.
   * @param size The maximum number of bytes; negative, the default, for all.
   * @throws RangeError (ERR_OUT_OF_RANGE) for a size that does not fit in 32 bits
   */
  read(size = -1): Buffer {
    requireInt32(size, 'size');
    return binding.memoryBioRead(this.handle, size);
  }

  /**
   * Appends a copy of the bytes and returns their number (Python: ssl.MemoryBIO.write).
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
