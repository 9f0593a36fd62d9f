// The frame of every kernel: a function (num_iterations in edi, lanes in rsi) that compresses twice in each iteration,
// with the inner and the outer key. A hybrid kernel has a scalar stream next to the vectors, whose code leaves the
// scalar units idle.
import { schedule } from './list-scheduler.mjs';
import { interleave } from './scalar-code.mjs';
import { ADDRESS_OF_KEY, NUM_BLOCK_WORDS, wordRegister } from './stream-state.mjs';
import { renderVector, row, storeRow } from './vector-code.mjs';

const ALIGNMENT = 64;
const SAVED = ['rbx', 'rbp', 'r12', 'r13', 'r14', 'r15'];

// The variables of a hybrid, whose registers hold the scalar stream, are on the stack. They are public: addresses and
// counts.
const FRAME_LEN = 16;
const HYBRID_VARIABLES = {
  scalarKey: '(%rsp)',
  iterationsLeft: '8(%rsp)',
  segmentsLeft: '12(%rsp)',
};
const VARIABLES = { scalarKey: '', iterationsLeft: '%eax', segmentsLeft: '%ecx' };

/**
 * The rows of a Lanes struct: two keys, u, t and others; after them a table of words.
 *
 * @typedef {{ numWords: number, keyRows: number, otherRows: number, tableWords: number }} Layout
 */
export function rowsOf({ numWords, keyRows, otherRows }) {
  const u = 2 * keyRows;
  const t = u + numWords;
  const others = t + numWords;
  return { u, t, others, table: others + otherRows };
}

function lengthOf(layout, rowLen, wordLen) {
  const len = rowsOf(layout).table * rowLen + layout.tableWords * wordLen;
  return Math.ceil(len / ALIGNMENT) * ALIGNMENT;
}

/** @typedef {{ symbol: string, width: import('./vector-code.mjs').Width, isHybrid?: boolean }} Kernel */

export class KernelLoop {
  /**
   * @param {Kernel} kernel
   * @param {object} code
   * @param {4 | 8} code.wordLen
   * @param {Layout} code.layout
   * @param {object} code.vector
   * @param {object} code.scalar
   */
  constructor(kernel, { wordLen, layout, vector, scalar }) {
    Object.assign(this, kernel, { wordLen, layout, vector, scalar });
    this.isHybrid = kernel.isHybrid ?? false;
    this.variables = this.isHybrid ? HYBRID_VARIABLES : VARIABLES;
    this.rows = rowsOf(layout);
  }

  label(name) {
    return `L(${this.symbol}_${name})`;
  }

  ifHybrid(...lines) {
    return this.isHybrid ? lines : [];
  }

  /** Orders instructions on vectors. */
  vectorOnly(code) {
    return schedule(code, this.vector.constructor.freeRegisters).map((each) =>
      renderVector(each, this.width, this.wordLen),
    );
  }

  /** The code that `write` makes of the vectors, and in a hybrid that of the scalar stream, merged. */
  both(write) {
    const vector = this.vectorOnly(write(this.vector));
    return this.isHybrid ? interleave(vector, write(this.scalar)) : vector;
  }

  /**
   * The offset from the vectors' lanes, which rdi points to, of a row of the scalar stream's lanes. These come before its
   * block, which comes before the former: see HybridLanes in native/kdf/kernels/hybrid_lanes.h.
   */
  scalarOffset(index) {
    const { layout, wordLen } = this;
    return (index - NUM_BLOCK_WORDS) * wordLen - lengthOf(layout, wordLen, wordLen);
  }

  #entry() {
    const { symbol, isHybrid, variables } = this;
    return [
      '',
      'CODE',
      '  .p2align 6',
      `BEGIN(${symbol})`,
      'testl %edi, %edi',
      `je ${this.label('end')}`,
      ...this.ifHybrid(
        ...SAVED.map((register) => `pushq %${register}`),
        `subq $${FRAME_LEN}, %rsp`,
      ),
      `movl %edi, ${variables.iterationsLeft}`,
      isHybrid ? `leaq ${-this.scalarOffset(0)}(%rsi), %rdi` : 'movq %rsi, %rdi',
    ];
  }

  /** Returns to the caller, without secrets in any register. */
  #exit() {
    return [
      ...this.ifHybrid(
        `addq $${FRAME_LEN}, %rsp`,
        ...SAVED.toReversed().map((register) => `popq %${register}`),
        'CLEAR_GENERAL',
      ),
      'CLEAR_ZMM',
      `${this.label('end')}:`,
      'ret',
      `  END(${this.symbol})`,
    ];
  }

  #storeRows(firstRegister, firstRow) {
    return Array.from({ length: this.layout.numWords }, (_, i) =>
      storeRow(firstRegister + i, row('rdi', firstRow + i), this.width),
    );
  }

  #halves(compression) {
    const { scalarKey } = this.variables;
    const { keyRows } = this.layout;
    const loadScalarKey = this.ifHybrid(`movq ${scalarKey}, %${ADDRESS_OF_KEY}`);
    return [
      'movq %rdi, %rdx',
      ...this.ifHybrid(
        `leaq ${this.scalarOffset(0)}(%rdi), %${ADDRESS_OF_KEY}`,
        `movq %${ADDRESS_OF_KEY}, ${scalarKey}`,
      ),
      `${this.label('half')}:`,
      ...loadScalarKey,
      ...compression.rounds,
      ...loadScalarKey,
      ...this.both((streams) => streams.addKey()),
      ...compression.patch,
      ...this.ifHybrid(
        ...this.scalar.storeWords(),
        `addq $${keyRows * this.wordLen}, ${scalarKey}`,
      ),
      'cmpq %rdi, %rdx',
      `leaq ${keyRows * this.width.bytes}(%rdx), %rdx`,
      `je ${this.label('half')}`,
    ];
  }

  /**
   * @param {object} compression
   * @param {string[]} [compression.before] code before the first iteration
   * @param {string[]} compression.rounds
   * @param {string[]} [compression.patch] changes of a digest before it becomes the next message
   * @returns {string[]} lines
   */
  render({ before = [], rounds, patch = [] }) {
    const { u, t } = this.rows;
    const ofScalar = (name) => this.ifHybrid(...this.scalar[name](this.scalarOffset(u)));
    const accumulate = (streams) =>
      streams.accumulate(streams === this.vector ? t : this.scalarOffset(t));
    return [
      ...this.#entry(),
      ...before,
      ...this.vectorOnly(this.vector.loadWords(u)),
      ...ofScalar('copyToBlock'),
      '  .p2align 6',
      `${this.label('iteration')}:`,
      ...this.#halves({ rounds, patch }),
      ...this.both(accumulate),
      ...this.#storeRows(0, t),
      `decl ${this.variables.iterationsLeft}`,
      `jne ${this.label('iteration')}`,
      ...this.#storeRows(wordRegister(0), u),
      ...ofScalar('copyFromBlock'),
      ...this.#exit(),
    ];
  }
}
