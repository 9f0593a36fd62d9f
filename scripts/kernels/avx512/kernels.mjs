// The loops of the engine "avx512". Each is registered in native/kdf/kernels/list_avx512.inc.
import { sha1Constants, sha1Kernel } from './sha1-kernel.mjs';
import { sha2Constants, sha2Kernel } from './sha2-kernel.mjs';
import { roundConstants, SHA256, SHA512 } from './sha2-words.mjs';
import { WIDTHS } from './vector-code.mjs';

const { zmm, ymm, xmm } = WIDTHS;

const SHA1_KERNELS = [
  { symbol: 'HermeticSha1Avx512X8', width: ymm },
  { symbol: 'HermeticSha1Avx512X16', width: zmm },
  { symbol: 'HermeticSha1Avx512X17', width: zmm, isHybrid: true },
];

const SHA2_KERNELS = [
  { symbol: 'HermeticSha256Avx512X8', sha: SHA256, width: ymm },
  { symbol: 'HermeticSha256Avx512X16', sha: SHA256, width: zmm },
  { symbol: 'HermeticSha256Avx512X17', sha: SHA256, width: zmm, isHybrid: true },
  { symbol: 'HermeticSha256CAvx512X17', sha: SHA256, width: zmm, isHybrid: true, isCompact: true },
  { symbol: 'HermeticSha512Avx512X2', sha: SHA512, width: xmm },
  { symbol: 'HermeticSha512Avx512X4', sha: SHA512, width: ymm },
  { symbol: 'HermeticSha512Avx512X8', sha: SHA512, width: zmm },
  { symbol: 'HermeticSha512Avx512X9', sha: SHA512, width: zmm, isHybrid: true },
  { symbol: 'HermeticSha512CAvx512X9', sha: SHA512, width: zmm, isHybrid: true, isCompact: true },
];

/** @returns {string[]} lines of assembler */
export function avx512Kernels() {
  const sha1 = SHA1_KERNELS.flatMap(sha1Kernel);
  return [
    ...sha1Constants(),
    ...[SHA256, SHA512].flatMap((sha) => sha2Constants(sha, roundConstants(sha))),
    ...sha1,
    ...SHA2_KERNELS.flatMap(sha2Kernel),
  ].map(indent);
}

/** Indents instructions and data, but not labels and sections. */
const indent = (line) => (/^(?:[.a-z]|CLEAR)/.test(line) ? `  ${line}` : line);
