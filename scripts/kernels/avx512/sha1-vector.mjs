// The rounds of SHA-1 in vector registers: 0 to 4 hold the state, 8 to 23 the last sixteen words of the schedule, and
// four others the constants.
import {
  addendOf,
  constantOf,
  CONSTANTS,
  isPadding,
  NUM_STATE_WORDS,
  scheduleTerms,
  WORD_LEN,
} from './sha1-words.mjs';
import { VectorState, wordRegister } from './stream-state.mjs';
import { row, temporary, vectorInstructions, word } from './vector-code.mjs';

const { add, broadcast, choose, majority, move, rotateRight, xor, xor3 } =
  vectorInstructions(WORD_LEN);

const CONSTANT_REGISTERS = [5, 6, 7, 24];

// Rows of a key after its state, as in Sha1Lanes::Key.
const SUM0 = 5;
const SUM1 = 6;
const ROTATED_A = 7;
const ROTATED_B = 8;
const SUM2 = 9;

/** The table in rsi. */
export const TABLE = [...CONSTANTS];
function tableWord(value) {
  if (!TABLE.includes(value)) TABLE.push(value);
  return word('rsi', TABLE.indexOf(value));
}

const stateRegisters = (round) =>
  Array.from({ length: NUM_STATE_WORDS }, (_, i) => (i + 4 * round) % NUM_STATE_WORDS);

function scheduleWord(round) {
  const { variable, padding } = scheduleTerms(round);
  const target = wordRegister(round);
  const [first, ...others] = variable.map(wordRegister);
  const terms = padding === 0 ? others : [...others, tableWord(padding)];
  const code = first === target ? [] : [move(target, first)];
  for (; terms.length >= 2; terms.splice(0, 2)) code.push(xor3(target, terms[0], terms[1]));
  if (terms.length === 1) code.push(xor(target, target, terms[0]));
  return [...code, rotateRight(target, target, 31)];
}

/** The first two rounds, as far as they depend on the message. */
function firstRound([, b, , , e]) {
  return [add(e, wordRegister(0), row('rdx', SUM0)), move(b, row('rdx', ROTATED_B))];
}
function secondRound([a, b, , , e]) {
  const rotated = temporary();
  return [
    rotateRight(rotated, a, 27),
    add(e, wordRegister(1), row('rdx', SUM1)),
    add(e, e, rotated),
    move(b, row('rdx', ROTATED_A)),
  ];
}

/** e += K + W. */
function addend(round, e) {
  if (round < 5) return [add(e, wordRegister(round), row('rdx', SUM2 + round - 2))];
  if (isPadding(round) && addendOf(round) !== constantOf(round))
    return [add(e, e, tableWord(addendOf(round)))];
  const code = [add(e, e, CONSTANT_REGISTERS[CONSTANTS.indexOf(constantOf(round))])];
  return isPadding(round) ? code : [...code, add(e, e, wordRegister(round))];
}

function roundCode(round) {
  const registers = stateRegisters(round);
  if (round === 0) return firstRound(registers);
  if (round === 1) return secondRound(registers);
  const [a, b, c, d, e] = registers;
  const [mixed, rotated] = [temporary(), temporary()];
  const mix = [choose, xor3, majority, xor3][Math.floor(round / 20)];
  return [
    ...(round >= 16 ? scheduleWord(round) : []),
    ...addend(round, e),
    move(mixed, b),
    mix(mixed, c, d),
    rotateRight(rotated, a, 27),
    add(e, e, mixed),
    add(e, e, rotated),
    rotateRight(b, b, 2),
  ];
}

export class Sha1Vector extends VectorState {
  static freeRegisters = [25, 26, 27, 28, 29, 30, 31];

  constructor() {
    super(NUM_STATE_WORDS, WORD_LEN);
  }

  loadConstants() {
    return CONSTANTS.map((constant, i) => broadcast(CONSTANT_REGISTERS[i], tableWord(constant)));
  }

  round = roundCode;
}
