// The state and the digest of the streams, in vector registers and in general ones: how they come from memory and go
// back. The words of the last digest are the first ones of the next message block.
import { ScalarCode } from './scalar-code.mjs';
import { row, vectorInstructions } from './vector-code.mjs';

export const NUM_BLOCK_WORDS = 16;
export const ADDRESS_OF_KEY = 'r12';

/** The vector register of a word of the block: 8 to 23. */
export const wordRegister = (index) => 8 + (index % NUM_BLOCK_WORDS);

/** The state is in the registers from 0 on; rdx has the address of the key, and rdi that of the lanes. */
export class VectorState {
  constructor(numWords, wordLen) {
    this.numWords = numWords;
    this.instructions = vectorInstructions(wordLen);
  }

  #forEachWord(make) {
    return Array.from({ length: this.numWords }, (_, i) => make(this.instructions, i));
  }

  loadKey() {
    return this.#forEachWord(({ move }, i) => move(i, row('rdx', i)));
  }

  addKey() {
    return this.#forEachWord(({ add }, i) => add(wordRegister(i), i, row('rdx', i)));
  }

  loadWords(u) {
    return this.#forEachWord(({ move }, i) => move(wordRegister(i), row('rdi', u + i)));
  }

  /** Adds the digest to the rows from `t` on, in the registers of the state. */
  accumulate(t) {
    return this.#forEachWord(({ xor }, i) => xor(i, wordRegister(i), row('rdi', t + i)));
  }
}

/** The state is in `registers`; r12 has the address of the key where it is used. The block ends at rdi. */
export class ScalarState {
  constructor(registers, wordLen) {
    this.registers = registers;
    this.wordLen = wordLen;
  }

  /** The memory of a word of the block. */
  blockWord(index) {
    return this.at('rdi', (index % NUM_BLOCK_WORDS) - NUM_BLOCK_WORDS);
  }

  at(base, index) {
    return `${index * this.wordLen}(%${base})`;
  }

  write(writeTo) {
    const code = new ScalarCode(this.wordLen);
    writeTo(code);
    return code.lines;
  }

  #forEachWord(writeTo) {
    return this.write((code) =>
      this.registers.forEach((register, i) => writeTo(code, register, i)),
    );
  }

  loadKey() {
    return this.#forEachWord((code, register, i) =>
      code.move(this.at(ADDRESS_OF_KEY, i), register),
    );
  }

  addKey() {
    return this.#forEachWord((code, register, i) => code.add(this.at(ADDRESS_OF_KEY, i), register));
  }

  storeWords() {
    return this.#forEachWord((code, register, i) => code.move(register, this.blockWord(i)));
  }

  /** Adds the digest to the words at `t`. */
  accumulate(t) {
    return this.#forEachWord((code, register, i) =>
      code.xor(register, `${t + i * this.wordLen}(%rdi)`),
    );
  }

  copyToBlock(u) {
    return this.#forEachWord((code, register, i) => {
      code.move(`${u + i * this.wordLen}(%rdi)`, register);
      code.move(register, this.blockWord(i));
    });
  }

  copyFromBlock(u) {
    return this.#forEachWord((code, register, i) => {
      code.move(this.blockWord(i), register);
      code.move(register, `${u + i * this.wordLen}(%rdi)`);
    });
  }
}
