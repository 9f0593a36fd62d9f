// The contract of native/napi/tls_memory_bio.cc: types only.
import type { MemoryBioHandle } from './handles.js';
import type { Bytes, Native } from './types.js';

/** Ciphertext queues. */
export interface NativeMemoryBio {
  memoryBioCreate(): MemoryBioHandle;
  memoryBioWrite(bio: MemoryBioHandle, bytes: Bytes): Native<undefined>;
  memoryBioWriteEof(bio: MemoryBioHandle): void;
  /** Reads all bytes if `most` is negative. */
  memoryBioRead(bio: MemoryBioHandle, most: number): Buffer;
  memoryBioPending(bio: MemoryBioHandle): number;
  memoryBioAtEof(bio: MemoryBioHandle): boolean;
}
