// Scalar instructions. They are text from the start, because the processor's own reordering suffices for them.

const SUFFIXES = { 4: 'l', 8: 'q' };

/** The name of a 64-bit register's part of `wordLen` bytes. */
function partOf(register, wordLen) {
  if (wordLen === 8) return register;
  return /\d$/.test(register) ? `${register}d` : register.replace('r', 'e');
}

/**
 * Collects instructions on words of `wordLen` bytes. An operand is a register ("rax"), memory ("8(%rdi)") or a number;
 * the last one is the target.
 */
export class ScalarCode {
  lines = [];

  constructor(wordLen) {
    this.wordLen = wordLen;
  }

  emit(op, ...operands) {
    const render = (operand) => {
      if (typeof operand === 'number') return `$${operand}`;
      return operand.includes('(') ? operand : `%${partOf(operand, this.wordLen)}`;
    };
    this.lines.push(`${op}${SUFFIXES[this.wordLen]} ${operands.map(render).join(', ')}`);
  }

  add = (source, target) => this.emit('add', source, target);
  and = (source, target) => this.emit('and', source, target);
  or = (source, target) => this.emit('or', source, target);
  xor = (source, target) => this.emit('xor', source, target);
  move = (source, target) => this.emit('mov', source, target);
  shiftRight = (bits, target) => this.emit('shr', bits, target);
  rotateRight = (bits, source, target) => this.emit('rorx', bits, source, target);
  /** target = ~x & y */
  andNot = (y, x, target) => this.emit('andn', y, x, target);
}

const GROUP = 4;

/**
 * Merges two independent streams of instructions: after each four vector instructions a proportional share of scalar
 * ones. Groups of four suit the op caches; alternating single instructions leave them.
 */
export function interleave(vector, scalar) {
  if (vector.length === 0) return scalar;
  const numGroups = Math.ceil(vector.length / GROUP);
  const share = (group) => Math.floor((scalar.length * group) / numGroups);
  return Array.from({ length: numGroups }, (_, group) => [
    ...vector.slice(group * GROUP, (group + 1) * GROUP),
    ...scalar.slice(share(group), share(group + 1)),
  ]).flat();
}
