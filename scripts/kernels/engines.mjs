// The engines whose loops are shipped as assembler: those that a compiler makes from C++, and that compiler; and those
// whose instructions a generator of this folder writes.
import { avx512Kernels } from './avx512/kernels.mjs';
import { skewedSha256 } from './sha-ni-avx/skewed-sha256.mjs';

/**
 * @typedef {{ name: string, flags: string[], clear: string }} CompiledEngine
 *   `clear` is the macro of native/kdf/kernels/assembler.inc that clears every register the engine uses.
 */

/** @type {CompiledEngine[]} */
export const COMPILED_ENGINES = [
  { name: 'sha_ni', flags: ['-mssse3', '-msse4.1', '-msha'], clear: 'CLEAR_XMM' },
  { name: 'avx2', flags: ['-mavx2'], clear: 'CLEAR_YMM' },
];

/** @typedef {{ name: string, source: string, write: () => string[] }} WrittenEngine */

/** @type {WrittenEngine[]} */
export const WRITTEN_ENGINES = [
  { name: 'sha_ni_avx', source: 'scripts/kernels/sha-ni-avx', write: skewedSha256 },
  { name: 'avx512', source: 'scripts/kernels/avx512', write: avx512Kernels },
];

/** Compared with clang 14 and gcc 12: never slower than either, and up to 25 % faster than the latter. */
export const COMPILER = { program: 'clang++-19', version: '19.1.7' };

export const FLAGS = [
  '--target=x86_64-linux-gnu',
  '-std=c++20',
  '-O3',
  '-fPIC',
  '-fomit-frame-pointer',
  '-mno-red-zone', // Windows has no red zone
  '-fno-exceptions',
  '-fno-rtti',
  '-fno-asynchronous-unwind-tables',
  '-fno-stack-protector',
  '-fcf-protection=none',
  '-fno-verbose-asm',
  '-DHERMETIC_KERNELS_FROM_SOURCE',
];

export const sourceOf = ({ name }) => `native/kdf/kernels/loops_${name}.cc`;
export const outputOf = ({ name }) => `native/kdf/kernels/generated/${name}.S`;
