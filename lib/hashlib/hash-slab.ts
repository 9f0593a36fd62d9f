// Collects small parts of a hash's data until a call of the addon is worthwhile. A slab never leaves this module.

const SLAB_SIZE = 16_384;

/** Larger data goes to the addon at once. */
export const MOST_KEPT = 4096;

export interface Slab {
  readonly bytes: Uint8Array;
  used: number;
}

const newSlab = (): Slab => ({ bytes: new Uint8Array(SLAB_SIZE), used: 0 });

let current = newSlab();

/** The data of one hash: `length` bytes of `slab.bytes` from `offset`. */
export class KeptData {
  slab: Slab = current;
  offset = 0;
  length = 0;

  /** Takes the data; returns false if it does not fit, or if another hash's data follows in the slab. */
  append(data: Uint8Array): boolean {
    const size = data.length;
    const total = this.length + size;
    if (total > MOST_KEPT) return false;
    if (this.length === 0) this.#begin(size);
    const { slab } = this;
    const end = this.offset + this.length;
    if (end !== slab.used || end + size > SLAB_SIZE) return false;
    slab.bytes.set(data, end);
    slab.used = end + size;
    this.length = total;
    return true;
  }

  #begin(size: number): void {
    if (current.used + size > SLAB_SIZE) current = newSlab();
    this.slab = current;
    this.offset = current.used;
  }

  view(): Uint8Array {
    return this.slab.bytes.subarray(this.offset, this.offset + this.length);
  }

  /** Forgets the data; the slab can use its place again unless another hash's data follows. */
  clear(): void {
    if (this.offset + this.length === this.slab.used) this.slab.used = this.offset;
    this.length = 0;
  }
}
