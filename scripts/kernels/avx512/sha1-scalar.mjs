// The rounds of SHA-1 for one stream in general registers. Its words of the schedule are in memory, before rdi.
import { addendOf, isPadding, scheduleTerms, WORD_LEN } from './sha1-words.mjs';
import { ScalarState } from './stream-state.mjs';

const STATE = ['rax', 'rbx', 'rcx', 'rbp', 'r8'];
const [WORD, FIRST, SECOND] = ['r9', 'r10', 'r11'];

/** Immediates are signed. */
const signed = (value) => value | 0;

/** e += Ch(b, c, d), as the sum of two disjoint terms. */
function choose(code, { b, c, d, e }) {
  code.andNot(d, b, FIRST);
  code.move(b, SECOND);
  code.and(c, SECOND);
  code.add(FIRST, e);
  code.add(SECOND, e);
}

function parity(code, { b, c, d, e }) {
  code.move(c, FIRST);
  code.xor(d, FIRST);
  code.xor(b, FIRST);
  code.add(FIRST, e);
}

/** e += Maj(b, c, d), as the sum of the disjoint terms b & (c ^ d) and c & d. */
function majority(code, { b, c, d, e }) {
  code.move(c, FIRST);
  code.xor(d, FIRST);
  code.and(b, FIRST);
  code.move(c, SECOND);
  code.and(d, SECOND);
  code.add(FIRST, e);
  code.add(SECOND, e);
}

export class Sha1Scalar extends ScalarState {
  constructor() {
    super(STATE, WORD_LEN);
  }

  round(round) {
    const [a, b, c, d, e] = STATE.map((_, i) => STATE[(i + 4 * round) % STATE.length]);
    const mix = [choose, parity, majority, parity][Math.floor(round / 20)];
    return this.write((code) => {
      this.#addAddend(code, round, e);
      mix(code, { b, c, d, e });
      code.rotateRight(27, a, FIRST);
      code.rotateRight(2, b, b);
      code.add(FIRST, e);
    });
  }

  /** e += K + W. */
  #addAddend(code, round, e) {
    if (round >= 16) {
      this.#scheduleWord(code, round);
      code.emit('lea', `${signed(addendOf(round))}(%${e},%${WORD})`, e);
    } else {
      if (!isPadding(round)) code.add(this.blockWord(round), e);
      code.add(signed(addendOf(round)), e);
    }
  }

  /** Computes the word of a round from 16 on. */
  #scheduleWord(code, round) {
    const { variable, padding } = scheduleTerms(round);
    const [first, ...others] = variable.map((index) => this.blockWord(index));
    code.move(first, WORD);
    for (const term of others) code.xor(term, WORD);
    if (padding !== 0) code.xor(signed(padding), WORD);
    code.emit('rol', 1, WORD);
    code.move(WORD, this.blockWord(round));
  }
}
