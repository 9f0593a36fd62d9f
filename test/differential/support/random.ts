/** Random input that can be had again: HERMETIC_TEST_SEED names the seed that a failing run printed. */
import crypto from 'node:crypto';

/** The seed of this run. */
export const seed: string =
  process.env['HERMETIC_TEST_SEED'] ?? crypto.randomBytes(8).toString('hex');

export class Random {
  private counter = 0;
  private readonly label: string;

  /** Two generators with the same label and seed give the same values. */
  constructor(label: string) {
    this.label = label;
    console.log(`${label}: HERMETIC_TEST_SEED=${seed}`);
  }

  bytes(length: number): Buffer {
    const key = `${seed}/${this.label}/${this.counter++}`;
    return crypto
      .createHash('shake256', { outputLength: Math.max(length, 1) })
      .update(key)
      .digest()
      .subarray(0, length);
  }

  hex(length: number): string {
    return this.bytes(length).toString('hex');
  }

  /** An integer from 0 to `end` - 1. */
  below(end: number): number {
    return this.bytes(6).readUIntBE(0, 6) % end;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }
}
