// The loop of a SHA-1 kernel, with all 80 rounds in a row: its functions and constants change every 20 rounds, and its
// words every 16.
import { KernelLoop } from './kernel-loop.mjs';
import { Sha1Scalar } from './sha1-scalar.mjs';
import { Sha1Vector, TABLE } from './sha1-vector.mjs';
import { NUM_ROUNDS, NUM_STATE_WORDS, WORD_LEN } from './sha1-words.mjs';

// Sha1Lanes in native/kdf/kernels/sha1_lanes.h.
const LAYOUT = { numWords: NUM_STATE_WORDS, keyRows: 12, otherRows: 0, tableWords: 0 };

/** @param {import('./kernel-loop.mjs').Kernel} kernel */
export function sha1Kernel(kernel) {
  const vector = new Sha1Vector();
  const loop = new KernelLoop(kernel, {
    wordLen: WORD_LEN,
    layout: LAYOUT,
    vector,
    scalar: new Sha1Scalar(),
  });
  const rounds = Array.from({ length: NUM_ROUNDS }, (_, i) => i);
  return loop.render({
    before: [
      'leaq L(HermeticSha1Constants)(%rip), %rsi',
      ...loop.vectorOnly(vector.loadConstants()),
    ],
    rounds: loop.both((streams) => [
      ...streams.loadKey(),
      ...rounds.flatMap((round) => streams.round(round)),
    ]),
  });
}

/** The table that the kernels, which are made before it, refer to. */
export function sha1Constants() {
  const words = TABLE.map((value) => `.long 0x${value.toString(16).padStart(8, '0')}`);
  return ['', 'CONSTANTS', '  .p2align 6', 'L(HermeticSha1Constants):', ...words];
}
