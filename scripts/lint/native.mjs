// The steps that check C++.
import { clangFormat } from './clang-format.mjs';
import { clangTidy } from './clang-tidy.mjs';

/** @type {import('./step.mjs').Step[]} */
export const nativeSteps = [
  { name: 'clang-format', run: clangFormat },
  { name: 'clang-tidy', run: clangTidy },
];
