// Orders vector instructions for a processor with two pipes for rotations and two for shifts, all four for the rest,
// where an instruction on a 512-bit register keeps a pipe for two cycles (AMD Zen 4). Temporaries get registers in the
// same pass, so that an instruction that needs one waits until one is free.

const CYCLES_IN_PIPE = 2;
const MAX_IDLE_CYCLES = 40;

const isTemporary = (operand) => typeof operand === 'symbol';
const isRegister = (operand) => typeof operand === 'number' || isTemporary(operand);
const isCopy = ({ op }) => op === 'vmovdqa64' || op.startsWith('vpbroadcast');
const isRotation = ({ op }) => op.startsWith('vpror');
const isShift = ({ op }) => op.startsWith('vpsrl');

function latency(instruction) {
  if (isRotation(instruction)) return 2;
  return instruction.op === 'vmovdqa64' ? 0 : 1;
}

const readsOf = ({ sources, target, readsTarget }) =>
  (readsTarget ? [...sources, target] : sources).filter(isRegister);

/** For each instruction its successors and the cycles until they may start. */
function successorsOf(instructions) {
  const successors = instructions.map(() => new Map());
  const after = (earlier, later, cycles) => {
    if (earlier === undefined || earlier === later) return;
    const known = successors[earlier].get(later) ?? 0;
    successors[earlier].set(later, Math.max(known, cycles));
  };
  const writer = new Map();
  const readers = new Map();
  const afterWriter = (register, index) => {
    const earlier = writer.get(register);
    if (earlier !== undefined) after(earlier, index, latency(instructions[earlier]));
  };
  instructions.forEach((instruction, index) => {
    for (const register of readsOf(instruction)) {
      afterWriter(register, index);
      readers.set(register, [...(readers.get(register) ?? []), index]);
    }
    const { target } = instruction;
    for (const reader of readers.get(target) ?? []) after(reader, index, 0);
    afterWriter(target, index);
    writer.set(target, index);
    readers.set(target, []);
  });
  return successors;
}

/** The cycles from each instruction to the end of the longest chain that begins with it. */
function heightsOf(successors) {
  const heights = successors.map(() => 0);
  for (let index = successors.length - 1; index >= 0; index -= 1) {
    for (const [later, cycles] of successors[index])
      heights[index] = Math.max(heights[index], heights[later] + cycles);
  }
  return heights;
}

class Pipes {
  #busyUntil = { rotating: [0, 0], shifting: [0, 0] };

  /** Takes a free pipe that executes the instruction, and returns false if there is none. */
  take(instruction, cycle) {
    if (isCopy(instruction)) return true; // by register renaming or a load
    const { rotating, shifting } = this.#busyUntil;
    const candidates = [
      isRotation(instruction) ? [] : shifting,
      isShift(instruction) ? [] : rotating,
    ];
    for (const pipes of candidates) {
      const free = pipes.findIndex((until) => until <= cycle);
      if (free === -1) continue;
      pipes[free] = cycle + CYCLES_IN_PIPE;
      return true;
    }
    return false;
  }
}

class Registers {
  #free;
  #registerOf = new Map();
  #numReads = new Map();

  constructor(instructions, free) {
    this.#free = [...free];
    for (const instruction of instructions) {
      for (const operand of readsOf(instruction))
        this.#numReads.set(operand, (this.#numReads.get(operand) ?? 0) + 1);
    }
  }

  #needsRegister({ target, readsTarget }) {
    return isTemporary(target) && !readsTarget;
  }

  hasRoomFor(instruction) {
    return !this.#needsRegister(instruction) || this.#free.length > 0;
  }

  /** Returns the instruction with registers in place of temporaries. */
  assign(instruction) {
    if (this.#needsRegister(instruction))
      this.#registerOf.set(instruction.target, this.#free.shift());
    const place = (operand) => this.#registerOf.get(operand) ?? operand;
    const sources = instruction.sources.map(place);
    const assigned = { ...instruction, sources, target: place(instruction.target) };
    for (const operand of readsOf(instruction)) this.#countRead(operand);
    return assigned;
  }

  #countRead(operand) {
    const left = this.#numReads.get(operand) - 1;
    this.#numReads.set(operand, left);
    if (left === 0 && isTemporary(operand)) this.#free.push(this.#registerOf.get(operand));
  }
}

/**
 * @param {import('./vector-code.mjs').Instruction[]} instructions
 * @param {number[]} free registers for temporaries
 * @returns {import('./vector-code.mjs').Instruction[]} without temporaries
 */
export function schedule(instructions, free) {
  const successors = successorsOf(instructions);
  const heights = heightsOf(successors);
  const numPredecessors = instructions.map(() => 0);
  for (const later of successors.flatMap((each) => [...each.keys()])) numPredecessors[later] += 1;
  const earliest = instructions.map(() => 0);
  const ready = new Set([...instructions.keys()].filter((index) => numPredecessors[index] === 0));
  const pipes = new Pipes();
  const registers = new Registers(instructions, free);
  const ordered = [];
  let idleCycles = 0;

  const issue = (index, cycle) => {
    ordered.push(registers.assign(instructions[index]));
    ready.delete(index);
    for (const [later, cycles] of successors[index]) {
      numPredecessors[later] -= 1;
      earliest[later] = Math.max(earliest[later], cycle + cycles);
      if (numPredecessors[later] === 0) ready.add(later);
    }
  };

  for (let cycle = 0; ready.size > 0; cycle += 1) {
    const startable = [...ready].filter((index) => earliest[index] <= cycle);
    startable.sort((x, y) => heights[y] - heights[x] || x - y);
    const numBefore = ordered.length;
    for (const index of startable) {
      const instruction = instructions[index];
      if (registers.hasRoomFor(instruction) && pipes.take(instruction, cycle)) issue(index, cycle);
    }
    idleCycles = ordered.length > numBefore ? 0 : idleCycles + 1;
    if (idleCycles > MAX_IDLE_CYCLES) throw new Error('too few registers for temporaries');
  }
  return ordered;
}
