// The rounds of SHA-2 in vector registers: 0 to 7 hold the state, 8 to 23 the last sixteen words of the schedule.
import { hasPaddingSum, isPadding, NUM_WORDS, PADDING_SUMS } from './sha2-words.mjs';
import { VectorState, wordRegister } from './stream-state.mjs';
import { isWord, row, temporary, word } from './vector-code.mjs';

// Rows of a key after its state, as in Sha2Lanes::Key.
const SUM0_E = 8;
const SUM0_A = 9;
const SUM1 = 10;

/** The register of a variable, 0 for a to 7 for h. Variables are renamed from round to round, not moved. */
const stateRegister = (variable, round) => (variable + 7 * round) % NUM_WORDS;

export class Sha2Vector extends VectorState {
  static freeRegisters = [24, 25, 26, 27, 28, 29, 30, 31];

  /** @param {import('./sha2-words.mjs').Sha2} sha */
  constructor(sha) {
    super(NUM_WORDS, sha.wordLen);
    this.sha = sha;
  }

  /** The code of a round, whose constant is at position `constant` of the table in rsi. */
  round(round, constant, knowsPadding) {
    if (round === 0) return this.#firstRound();
    const { add, choose, majority } = this.instructions;
    const [a, b, c, d, e, f, g, h] = Array.from({ length: 8 }, (_, i) => stateRegister(i, round));
    const sigma1 = this.#sigma(e, this.sha.bigSigma1);
    const chosen = this.#ofThree(choose, e, f, g);
    const sigma0 = this.#sigma(a, this.sha.bigSigma0);
    const most = this.#ofThree(majority, a, b, c);
    return [
      ...(round >= 16 ? this.#scheduleWord(round, knowsPadding) : []),
      ...this.#addend(round, constant, knowsPadding),
      ...sigma1.code.slice(0, 3),
      ...chosen.code,
      add(h, h, chosen.value),
      sigma1.code[3],
      add(h, h, sigma1.value),
      add(d, d, h),
      ...sigma0.code.slice(0, 3),
      ...most.code,
      add(h, h, most.value),
      sigma0.code[3],
      add(h, h, sigma0.value),
    ];
  }

  /** Round 0, as far as it depends on the message. */
  #firstRound() {
    const { add } = this.instructions;
    const [d, h] = [stateRegister(3, 0), stateRegister(7, 0)];
    return [
      add(h, wordRegister(0), row('rdx', SUM0_E)),
      add(d, d, h),
      add(h, h, row('rdx', SUM0_A)),
    ];
  }

  /** h += K + W. */
  #addend(round, constant, knowsPadding) {
    const { add } = this.instructions;
    const h = stateRegister(7, round);
    if (round < 4) return [add(h, wordRegister(round), row('rdx', SUM1 + round - 1))];
    const code = [add(h, h, word('rsi', constant))];
    if (!(knowsPadding && isPadding(round))) code.push(add(h, h, wordRegister(round)));
    return code;
  }

  /** Computes the word of a round from 16 on. With `knowsPadding` words 8 to 15 are in no register. */
  #scheduleWord(round, knowsPadding) {
    const { sigma0, sigma1 } = this.sha;
    const { shiftRight } = this.instructions;
    const isKnown = (index) => knowsPadding && isPadding(index);
    const sigma = (index, bits) => this.#sigma(wordRegister(index), bits, shiftRight);
    const terms = [];
    if (!isKnown(round - 7)) terms.push({ code: [], value: wordRegister(round - 7) });
    if (!isKnown(round - 15)) terms.push(sigma(round - 15, sigma0));
    if (knowsPadding && hasPaddingSum(round))
      terms.push({ code: [], value: word('rsi', PADDING_SUMS + round - 16) });
    if (!isKnown(round - 2)) terms.push(sigma(round - 2, sigma1));
    return this.#sum(wordRegister(round), terms, isKnown(round - 16));
  }

  /** Adds terms to a register, or replaces its value by them. */
  #sum(target, terms, isReplaced) {
    const { add, broadcast, move } = this.instructions;
    const begin = (value) => (isWord(value) ? broadcast(target, value) : move(target, value));
    return terms.flatMap(({ code, value }, i) => [
      ...code,
      isReplaced && i === 0 ? begin(value) : add(target, target, value),
    ]);
  }

  /** The sum of three rotations, or of two rotations and a shift if `last` is shiftRight. */
  #sigma(x, bits, last = this.instructions.rotateRight) {
    const { rotateRight, xor3 } = this.instructions;
    const [first, second, third] = [temporary(), temporary(), temporary()];
    const code = [
      rotateRight(first, x, bits[0]),
      rotateRight(second, x, bits[1]),
      last(third, x, bits[2]),
      xor3(first, second, third),
    ];
    return { code, value: first };
  }

  /** A function of three registers: vpternlog needs a copy of the first. */
  #ofThree(instruction, x, y, z) {
    const value = temporary();
    return { code: [this.instructions.move(value, x), instruction(value, y, z)], value };
  }

  /** Loads words 8 to 15 from position `first` of the table in rsi. */
  loadPadding(first) {
    const { broadcast } = this.instructions;
    return Array.from({ length: NUM_WORDS }, (_, i) =>
      broadcast(wordRegister(NUM_WORDS + i), word('rsi', first + i)),
    );
  }

  /** Replaces the end of the last `count` words of a digest by padding. */
  patch(keep, pad, count) {
    const { move, patch } = this.instructions;
    return Array.from({ length: count }, (_, i) => {
      const kept = temporary();
      const target = wordRegister(NUM_WORDS - count + i);
      return [move(kept, row('rdi', keep + i)), patch(target, kept, row('rdi', pad + i))];
    }).flat();
  }
}
