// Turns clang's output for Linux into assembler for every system: directives become the macros of
// native/kdf/kernels/assembler.inc, labels get the engine's name, and each return clears the vector registers.
import { UserError } from '../lib/user-error.mjs';

const DROPPED =
  /^\.(?:file|ident|addrsig|globl|hidden|type|size|section\s+"?\.(?:note\.GNU-stack|linker-options))\b/;
const KEPT = /^\.(?:long|quad|short|byte|zero)\s/;
const OUTSIDE = /@(?:PLT|GOT)|^(?:call|jmp[a-z]*\s+\*)/;

/**
 * @param {string} text clang's output
 * @param {string} clear macro that clears the engine's registers
 * @returns {string[]} lines
 */
export function makePortable(text, clear) {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  const names = functionNames(lines);
  return lines.flatMap((line) => translate(line, { names, clear }));
}

/** Clang numbers functions in order, and labels by that number. */
function functionNames(lines) {
  return lines.flatMap((line) => /^\.type\s+(\w+),@function/.exec(line)?.[1] ?? []);
}

/** @returns {string[]} */
function translate(line, { names, clear }) {
  if (line === '' || line === 'vzeroupper' || DROPPED.test(line)) return [];
  if (line === '.text') return ['', 'CODE'];
  if (line.startsWith('.section\t.rodata')) return ['', 'CONSTANTS'];
  if (line.startsWith('.p2align')) return [`  .p2align ${/\s(\d+)/.exec(line)[1]}`];
  if (line === 'retq') return [`  ${clear}`, '  ret'];
  const label = /^([\w.]+):$/.exec(line)?.[1];
  if (label) return [labelLine(label, names)];
  if ((line.startsWith('.') && !KEPT.test(line)) || OUTSIDE.test(line)) {
    throw new UserError(`the kernels' code is not self-contained: clang wrote "${line}"`);
  }
  return [`  ${renameLabels(line.replace(/\s+/g, ' '), names)}`];
}

function labelLine(label, names) {
  if (names.includes(label)) return `BEGIN(${label})`;
  const end = /^\.Lfunc_end(\d+)$/.exec(label);
  return end ? `  END(${names[Number(end[1])]})` : `${renameLabels(label, names)}:`;
}

function renameLabels(text, names) {
  return text
    .replace(/\.LCPI(\d+)_(\d+)/g, (_, index, number) => `L(${names[index]}_constant${number})`)
    .replace(/\.LBB(\d+)_(\d+)/g, (_, index, number) => `L(${names[index]}_${number})`);
}
