// Vector instructions as objects, which the scheduler orders before they become text.

/**
 * A register is its number, or a symbol whose register the scheduler chooses. Memory is a row, one word for each lane,
 * or one word for all lanes.
 *
 * @typedef {{ base: string, row: number }} Row
 * @typedef {{ base: string, word: number }} Word
 * @typedef {number | symbol | Row | Word} Operand
 * @typedef {{ op: string, immediate?: number, sources: Operand[], target: number | symbol, readsTarget?: boolean }} Instruction
 * @typedef {{ prefix: string, bytes: number }} Width of a register
 */

/** Makes an operand for one value, from its first write to its last read. */
export const temporary = () => Symbol('temporary');

/** @type {Record<'zmm' | 'ymm' | 'xmm', Width>} */
export const WIDTHS = {
  zmm: { prefix: 'zmm', bytes: 64 },
  ymm: { prefix: 'ymm', bytes: 32 },
  xmm: { prefix: 'xmm', bytes: 16 },
};

export const row = (base, index) => ({ base, row: index });
export const word = (base, index) => ({ base, word: index });
export const isWord = (operand) => typeof operand === 'object' && 'word' in operand;

// Truth tables of vpternlog: bit 4x + 2y + z, with x in the target.
const XOR3 = 0x96;
const CHOOSE = 0xca; // x ? y : z
const MAJORITY = 0xe8;
const PATCH = 0xea; // (x & y) | z

/** The instructions on lanes of `wordLen` bytes. */
export function vectorInstructions(wordLen) {
  const suffix = wordLen === 8 ? 'q' : 'd';
  const binary = (op) => (target, x, y) => ({ op, sources: [x, y], target });
  const byImmediate = (op) => (target, x, immediate) => ({ op, immediate, sources: [x], target });
  const ternary = (immediate) => (target, y, z) => ({
    op: `vpternlog${suffix}`,
    immediate,
    sources: [y, z],
    target,
    readsTarget: true,
  });
  return {
    move: (target, x) => ({ op: 'vmovdqa64', sources: [x], target }),
    broadcast: (target, x) => ({ op: `vpbroadcast${suffix}`, sources: [x], target }),
    add: binary(`vpadd${suffix}`),
    xor: binary(`vpxor${suffix}`),
    rotateRight: byImmediate(`vpror${suffix}`),
    shiftRight: byImmediate(`vpsrl${suffix}`),
    xor3: ternary(XOR3),
    choose: ternary(CHOOSE),
    majority: ternary(MAJORITY),
    patch: ternary(PATCH),
  };
}

/**
 * @param {Instruction} instruction without temporaries
 * @param {Width} width
 */
export function renderVector({ op, immediate, sources, target }, width, wordLen) {
  const render = (operand) => {
    if (typeof operand === 'number') return `%${width.prefix}${operand}`;
    const { base, row: index, word: position } = operand;
    if (position === undefined) return `${index * width.bytes}(%${base})`;
    const lanes = op.startsWith('vpbroadcast') ? '' : `{1to${width.bytes / wordLen}}`;
    return `${position * wordLen}(%${base})${lanes}`;
  };
  const operands = [...sources.toReversed(), target].map(render);
  if (immediate !== undefined) operands.unshift(`$${immediate}`);
  return `${op} ${operands.join(', ')}`;
}

/** Stores `register` in a row. A store is not scheduled, so it is text. */
export function storeRow(register, { base, row: index }, width) {
  return `vmovdqa64 %${width.prefix}${register}, ${index * width.bytes}(%${base})`;
}
