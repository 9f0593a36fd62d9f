// SHA-1 (FIPS 180-4), and the message block of a PBKDF2 iteration: a digest and padding.

export const WORD_LEN = 4;
export const NUM_ROUNDS = 80;
export const NUM_STATE_WORDS = 5;

/** By twenty rounds. */
export const CONSTANTS = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6];
export const constantOf = (round) => CONSTANTS[Math.floor(round / 20)];

/** Whether a word of the message block is padding. */
export const isPadding = (index) => index >= 5 && index < 16;

const NUM_BITS = (64 + 20) * 8; // of the padded key and a digest
const PADDING = { 5: 0x80000000, 15: NUM_BITS };
const paddingOf = (index) => (isPadding(index) ? (PADDING[index] ?? 0) : 0);

/** K of a round, and its word of the schedule if that is padding. */
export const addendOf = (round) => (constantOf(round) + paddingOf(round)) >>> 0;

/** The words whose sum modulo 2 is a round's word before its rotation: their indices, and the sum of the padding. */
export function scheduleTerms(round) {
  const indices = [round - 16, round - 14, round - 8, round - 3];
  const padding = indices.reduce((sum, index) => sum ^ paddingOf(index), 0) >>> 0;
  return { variable: indices.filter((index) => !isPadding(index)), padding };
}
