// SHA-256 and SHA-512 (FIPS 180-4) by the length of a word, and the message block of a PBKDF2 iteration: a digest and
// padding.

/**
 * @typedef {object} Sha2
 * @property {4 | 8} wordLen in bytes
 * @property {number} numRounds
 * @property {number[]} bigSigma0 rotations
 * @property {number[]} bigSigma1 rotations
 * @property {number[]} sigma0 two rotations and a shift
 * @property {number[]} sigma1 two rotations and a shift
 */

/** @type {Sha2} */
export const SHA256 = {
  wordLen: 4,
  numRounds: 64,
  bigSigma0: [2, 13, 22],
  bigSigma1: [6, 11, 25],
  sigma0: [7, 18, 3],
  sigma1: [17, 19, 10],
};

/** @type {Sha2} */
export const SHA512 = {
  wordLen: 8,
  numRounds: 80,
  bigSigma0: [28, 34, 39],
  bigSigma1: [14, 18, 41],
  sigma0: [1, 8, 7],
  sigma1: [19, 61, 6],
};

/** Of a state and a digest. */
export const NUM_WORDS = 8;

// The table of words in Sha2Lanes: K and the padding of the rounds 0 to 31, what the padding adds to the words 16 to 31,
// and the words 8 to 15.
export const PADDING_SUMS = 32;
export const PADDING = PADDING_SUMS + 16;
export const TABLE_LEN = PADDING + NUM_WORDS;

/** Whether a word of the message block is padding: the same for every message of the digest. */
export const isPadding = (index) => index >= 8 && index < 16;

// A digest that is not truncated ends before word 8, which is then not zero.
const isNonZeroPadding = (index) => index === 8 || index === 15;

/** Whether the padding contributes to a word of the schedule, 16 to 31. */
export const hasPaddingSum = (round) =>
  [round - 16, round - 15, round - 7, round - 2].some(isNonZeroPadding);

/** The constants K of the rounds: the first bits of the fractional parts of the cube roots of the first primes. */
export function roundConstants({ wordLen, numRounds }) {
  const bits = BigInt(8 * wordLen);
  return primes(numRounds).map((prime) =>
    BigInt.asUintN(Number(bits), cubeRoot(BigInt(prime) << (3n * bits))),
  );
}

function primes(count) {
  const found = [];
  for (let n = 2; found.length < count; n += 1)
    if (found.every((prime) => n % prime !== 0)) found.push(n);
  return found;
}

/** Rounded down, by bisection. */
function cubeRoot(n) {
  let low = 0n;
  let high = 1n << BigInt(Math.ceil(n.toString(2).length / 3) + 1);
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** 3n <= n) low = middle;
    else high = middle;
  }
  return low;
}
