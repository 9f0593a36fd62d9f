// The loop of a SHA-2 kernel. Both streams of a hybrid do the same round at the same time, so that they share constants
// and counters.
//
// A compression is a segment of 16 rounds in which the padding is known, a second one in which a part of the schedule is,
// and a loop of segments of 16 rounds. After 16 rounds each variable is in its first register again. A compact kernel has
// no second segment: it is a little slower, and needs less of the processor's cache of decoded instructions.
import { KernelLoop } from './kernel-loop.mjs';
import { Sha2Scalar } from './sha2-scalar.mjs';
import { Sha2Vector } from './sha2-vector.mjs';
import { NUM_WORDS, PADDING, TABLE_LEN } from './sha2-words.mjs';

const SEGMENT = 16; // rounds

// Sha2Lanes in native/kdf/kernels/sha2_lanes.h. Its other rows: for five words of a digest the bits to keep and the
// padding, and the last word of the block.
const NUM_PATCHED = 5;
const LAYOUT = {
  numWords: NUM_WORDS,
  keyRows: 13,
  otherRows: 2 * NUM_PATCHED + 1,
  tableWords: TABLE_LEN + 1,
};

/** @typedef {import('./kernel-loop.mjs').Kernel & { sha: import('./sha2-words.mjs').Sha2, isCompact?: boolean }} Sha2Kernel */

/** @param {Sha2Kernel} kernel */
export function sha2Kernel(kernel) {
  const { sha } = kernel;
  const loop = new KernelLoop(kernel, {
    wordLen: sha.wordLen,
    layout: LAYOUT,
    vector: new Sha2Vector(sha),
    scalar: new Sha2Scalar(sha),
  });
  return loop.render({ rounds: roundsOf(loop, kernel), patch: patchOf(loop) });
}

/** The 16 rounds from `first` on, whose constants begin at position `constant` of the table in rsi. */
function segment(first, constant, knowsPadding) {
  const rounds = Array.from({ length: SEGMENT }, (_, i) => i);
  return (streams) => rounds.flatMap((i) => streams.round(first + i, constant + i, knowsPadding));
}

function roundsOf(loop, { sha, width, isCompact = false }) {
  const first = segment(0, 0, true);
  const numUnrolled = isCompact ? 1 : 2;
  const { segmentsLeft } = loop.variables;
  const label = loop.label('segment');
  return [
    `leaq ${loop.rows.table * width.bytes}(%rdi), %rsi`,
    ...loop.both((streams) => [
      ...streams.loadKey(),
      ...first(streams),
      ...(isCompact ? streams.loadPadding(PADDING) : []),
    ]),
    ...(isCompact ? [] : loop.both(segment(SEGMENT, SEGMENT, true))),
    `leaq L(${constantsLabel(sha)})+${(numUnrolled - 1) * SEGMENT * sha.wordLen}(%rip), %rsi`,
    `movl $${sha.numRounds / SEGMENT - numUnrolled}, ${segmentsLeft}`,
    '  .p2align 6',
    `${label}:`,
    ...loop.both(segment(SEGMENT, 0, false)),
    `addq $${SEGMENT * sha.wordLen}, %rsi`,
    `decl ${segmentsLeft}`,
    `jne ${label}`,
  ];
}

/** Replaces the end of a truncated digest by padding. Whether it is truncated is public. */
function patchOf(loop) {
  const { width, wordLen, rows, vector, scalar } = loop;
  const keep = rows.others;
  const pad = keep + NUM_PATCHED;
  const patch = (streams) =>
    streams === vector
      ? vector.patch(keep, pad, NUM_PATCHED)
      : scalar.patch(loop.scalarOffset(keep), loop.scalarOffset(pad), NUM_PATCHED);
  return [
    `cmpb $0, ${rows.table * width.bytes + TABLE_LEN * wordLen}(%rdi)`,
    `je ${loop.label('whole')}`,
    ...loop.both(patch),
    `${loop.label('whole')}:`,
  ];
}

const constantsLabel = ({ wordLen }) => `HermeticSha${64 * wordLen}Constants`;

/** The constants of the rounds from 16 on; the others are in Sha2Lanes. */
export function sha2Constants(sha, constants) {
  const directive = sha.wordLen === 8 ? '.quad' : '.long';
  return [
    '',
    'CONSTANTS',
    '  .p2align 6',
    `L(${constantsLabel(sha)}):`,
    ...constants
      .slice(SEGMENT)
      .map((k) => `${directive} 0x${k.toString(16).padStart(2 * sha.wordLen, '0')}`),
  ];
}
