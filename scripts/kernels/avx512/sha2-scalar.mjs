// The rounds of SHA-2 for one stream in general registers. The words of its schedule are in memory.
import { hasPaddingSum, isPadding, NUM_WORDS, PADDING_SUMS } from './sha2-words.mjs';
import { ADDRESS_OF_KEY, ScalarState } from './stream-state.mjs';

const STATE = ['rax', 'rbx', 'rcx', 'rbp', 'r8', 'r9', 'r10', 'r11'];
const [SUM, TERM] = [ADDRESS_OF_KEY, 'r13']; // the rounds do not need the address of the key
// One holds b ^ c, which was the round before's a ^ b; the other is free until it gets this round's a ^ b.
const DIFFERENCES = ['r14', 'r15'];

export class Sha2Scalar extends ScalarState {
  /** @param {import('./sha2-words.mjs').Sha2} sha */
  constructor(sha) {
    super(STATE, sha.wordLen);
    this.sha = sha;
  }

  loadKey() {
    const setDifference = this.write((code) => {
      code.move(STATE[1], DIFFERENCES[0]);
      code.xor(STATE[2], DIFFERENCES[0]);
    });
    return [...super.loadKey(), ...setDifference];
  }

  /** The code of a round, whose constant is at position `constant` of the table in rsi. */
  round(round, constant, knowsPadding) {
    const [a, b, , d, e, f, g, h] = STATE.map((_, i) => STATE[(i + 7 * round) % NUM_WORDS]);
    const [previous, current] = round % 2 === 0 ? DIFFERENCES : DIFFERENCES.toReversed();
    return this.write((code) => {
      if (round >= 16) {
        this.#scheduleWord(code, { round, knowsPadding, spare: current });
        code.add(SUM, h);
      } else if (!isPadding(round)) {
        code.add(this.blockWord(round), h);
      }
      code.add(this.at('rsi', constant), h);
      choose(code, { e, f, g, h });
      sigma(code, e, this.sha.bigSigma1, { target: SUM, spare: TERM });
      code.add(SUM, h);
      code.add(h, d);
      majority(code, { a, b, h, previous, current });
      sigma(code, a, this.sha.bigSigma0, { target: SUM, spare: TERM });
      code.add(SUM, h);
    });
  }

  /** Computes the word of a round from 16 on in SUM. With `knowsPadding` words 8 to 15 are not in memory. */
  #scheduleWord(code, { round, knowsPadding, spare }) {
    const isKnown = (index) => knowsPadding && isPadding(index);
    const word = (index) => this.blockWord(index);
    const { sigma0, sigma1 } = this.sha;
    const terms = [round - 16, round - 7].filter((index) => !isKnown(index)).map(word);
    if (knowsPadding && hasPaddingSum(round)) terms.push(this.at('rsi', PADDING_SUMS + round - 16));
    if (isKnown(round - 15)) code.move(terms.shift() ?? 0, SUM);
    else sigma(code, word(round - 15), sigma0, { target: SUM, spare: TERM, isShifted: true });
    for (const term of terms) code.add(term, SUM);
    if (!isKnown(round - 2)) {
      sigma(code, word(round - 2), sigma1, { target: TERM, spare, isShifted: true });
      code.add(TERM, SUM);
    }
    code.move(SUM, word(round));
  }

  /** Stores words 8 to 15 of the block, from position `first` of the table in rsi. */
  loadPadding(first) {
    return this.write((code) => {
      for (let i = 0; i < NUM_WORDS; i += 1) {
        code.move(this.at('rsi', first + i), SUM);
        code.move(SUM, this.blockWord(NUM_WORDS + i));
      }
    });
  }

  /** Replaces the end of the last `count` words of a digest by padding. */
  patch(keep, pad, count) {
    return this.write((code) => {
      STATE.slice(-count).forEach((register, i) => {
        code.and(`${keep + i * this.wordLen}(%rdi)`, register);
        code.or(`${pad + i * this.wordLen}(%rdi)`, register);
      });
    });
  }
}

/** target = a sum of rotations, or with `isShifted` of two rotations and a shift. */
function sigma(code, x, bits, { target, spare, isShifted = false }) {
  code.rotateRight(bits[0], x, target);
  code.rotateRight(bits[1], x, spare);
  code.xor(spare, target);
  if (isShifted) {
    code.move(x, spare);
    code.shiftRight(bits[2], spare);
  } else {
    code.rotateRight(bits[2], x, spare);
  }
  code.xor(spare, target);
}

/** h += Ch(e, f, g), as the sum of two disjoint terms. */
function choose(code, { e, f, g, h }) {
  code.andNot(g, e, TERM);
  code.add(TERM, h);
  code.move(e, TERM);
  code.and(f, TERM);
  code.add(TERM, h);
}

/** h += Maj(a, b, c) = ((a ^ b) & (b ^ c)) ^ b. */
function majority(code, { a, b, h, previous, current }) {
  code.move(a, current);
  code.xor(b, current);
  code.and(current, previous);
  code.xor(b, previous);
  code.add(previous, h);
}
