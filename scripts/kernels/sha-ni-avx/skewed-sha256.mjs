// The loop of SHA-256 with the SHA extensions for four streams, each four groups of four rounds ahead of the one before
// it: rounds with a message schedule alternate with those that need none, so that the units of both are busy all the
// time. The instructions other than the SHA extensions have three operands (AVX), which saves a third of the moves.
//
// The states stay in registers and the schedules in memory, where latency does not matter: a word is read eight rounds
// after it was written.
import { roundConstants, SHA256 } from '../avx512/sha2-words.mjs';

const NUM_STREAMS = 4;
const NUM_GROUPS = 16;
const SKEW = 4; // groups

const streams = Array.from({ length: NUM_STREAMS }, (_, i) => i);
const groups = Array.from({ length: NUM_GROUPS }, (_, i) => i);

// Sha256NiLanes<4> in native/kdf/kernels/sha256_ni.h: registers of 16 bytes, by stream.
const KEY_LEN = 128;
const feba = (key, stream) => `${16 * stream}(%${key})`;
const hgdc = (key, stream) => `${64 + 16 * stream}(%${key})`;
const u = (stream, half) => `${2 * KEY_LEN + 32 * stream + 16 * half}(%rsi)`;
const t = (stream, half) => `${2 * KEY_LEN + 128 + 32 * stream + 16 * half}(%rsi)`;
const block = (stream, group) => `${2 * KEY_LEN + 256 + 64 * stream + 16 * (group % 4)}(%rsi)`;

// The keys: of the half that a stream is in, and of the half that the streams ahead are in already.
const [KEY, NEXT_KEY] = ['rdx', 'rcx'];

// The words 8 to 15 of the block are constant: groups 2 and 3.
const PADDING = [
  [0x80000000, 0, 0, 0],
  [0, 0, 0, (64 + 32) * 8],
];
const isPadding = (group) => group === 2 || group === 3;

// The table in r8: K and the padding of each group, the second half of that of groups 2 and 3, and their words.
const addend = (group) => `${16 * group}(%r8)`;
const upperAddend = (group) => `${16 * (NUM_GROUPS + group - 2)}(%r8)`;
const padding = (group) => `${16 * (NUM_GROUPS + group)}(%r8)`;

function table() {
  const k = roundConstants(SHA256).map(Number);
  const addends = groups.map((group) =>
    k.slice(4 * group, 4 * group + 4).map((word, i) => word + (PADDING[group - 2]?.[i] ?? 0)),
  );
  const upperAddends = [2, 3].map((group) => [...addends[group].slice(2), 0, 0]);
  return [...addends, ...upperAddends, ...PADDING].map(
    (words) => `.long ${words.map((word) => word >>> 0).join(', ')}`,
  );
}

const registersOf = (stream) => ({
  state0: `%xmm${1 + stream}`, // f, e, b, a
  state1: `%xmm${5 + stream}`, // h, g, d, c
  youngest: `%xmm${9 + stream}`, // the words of the group before
  term0: stream % 2 === 0 ? '%xmm13' : '%xmm15',
  term1: '%xmm14',
});

/** Computes the words of a group from the four groups before it. */
function schedule(stream, group) {
  const { youngest, term0, term1 } = registersOf(stream);
  const words = (index) => (isPadding(index) ? padding(index) : block(stream, index));
  const [oldest, second, third] = [group - 4, group - 3, group - 2].map(words);
  // The words that a step would add may be zero: 9 to 12, 9 to 14.
  return [
    ...(group === 4 ? [`vmovdqa ${padding(3)}, ${youngest}`] : []),
    `vmovdqa ${oldest}, ${term0}`,
    ...(group === 6 ? [] : [`sha256msg1 ${second}, ${term0}`]),
    ...(group === 4
      ? []
      : [`vpalignr $4, ${third}, ${youngest}, ${term1}`, `vpaddd ${term1}, ${term0}, ${term0}`]),
    `sha256msg2 ${youngest}, ${term0}`,
    `vmovdqa ${term0}, ${youngest}`,
    ...(group < 14 ? [`vmovdqa ${youngest}, ${block(stream, group)}`] : []), // the last are not read again
  ];
}

/** Puts K + W of a group in xmm0. */
function sum(stream, group) {
  if (group < 2)
    return [`vmovdqa ${block(stream, group)}, %xmm0`, `vpaddd ${addend(group)}, %xmm0, %xmm0`];
  if (isPadding(group)) return [`vmovdqa ${addend(group)}, %xmm0`];
  return [
    ...schedule(stream, group),
    `vpaddd ${addend(group)}, ${registersOf(stream).youngest}, %xmm0`,
  ];
}

const loadKey = (stream, key) => [
  `vmovdqa ${feba(key, stream)}, ${registersOf(stream).state0}`,
  `vmovdqa ${hgdc(key, stream)}, ${registersOf(stream).state1}`,
];

/** Makes the digest the next message; `accumulate` gets the registers that have it. */
function finish(stream, accumulate) {
  const { state0, state1, term0, term1 } = registersOf(stream);
  return [
    `vpaddd ${feba(KEY, stream)}, ${state0}, ${state0}`,
    `vpaddd ${hgdc(KEY, stream)}, ${state1}, ${state1}`,
    `vshufps $0xbb, ${state1}, ${state0}, ${term0}`,
    `vshufps $0x11, ${state1}, ${state0}, ${term1}`,
    `vmovdqa ${term0}, ${block(stream, 0)}`,
    `vmovdqa ${term1}, ${block(stream, 1)}`,
    ...accumulate(stream, [term0, term1]),
  ];
}

const accumulateAlways = (stream, digest) =>
  digest.flatMap((register, half) => [
    `vpxor ${t(stream, half)}, ${register}, ${register}`,
    `vmovdqa ${register}, ${t(stream, half)}`,
  ]);

/** Accumulates after the outer half only. Which half it is, is public. */
const accumulateIfOuter = (stream, digest) => [
  `cmpq %${NEXT_KEY}, %${KEY}`,
  `jb ${label(`inner${stream}`)}`,
  ...accumulateAlways(stream, digest),
  `${label(`inner${stream}`)}:`,
];

/** Four rounds of one stream. */
function fourRounds(stream, index, key, accumulate) {
  const { state0, state1 } = registersOf(stream);
  return [
    ...(index === 0 ? loadKey(stream, key) : []),
    ...sum(stream, index),
    `sha256rnds2 ${state0}, ${state1}`,
    isPadding(index) ? `vmovdqa ${upperAddend(index)}, %xmm0` : 'vpshufd $0x0e, %xmm0, %xmm0',
    `sha256rnds2 ${state1}, ${state0}`,
    ...(index === NUM_GROUPS - 1 ? finish(stream, accumulate) : []),
  ];
}

const SYMBOL = 'HermeticSha256NiAvxX4';
const label = (name) => `L(${SYMBOL}_${name})`;

/** The groups that streams are ahead, in the first half. */
const leadIn = streams.flatMap((stream) =>
  groups.slice(0, SKEW * stream).flatMap((index) => fourRounds(stream, index, KEY)),
);

/** One half of an iteration: the rest of it, and the beginning of the next for the streams that are ahead. */
const half = groups.flatMap((index) =>
  streams.flatMap((stream) => {
    const ahead = index + SKEW * stream;
    return ahead < NUM_GROUPS
      ? fourRounds(stream, ahead, KEY, accumulateIfOuter)
      : fourRounds(stream, ahead - NUM_GROUPS, NEXT_KEY);
  }),
);

/** The rest of the last half. */
const leadOut = groups.flatMap((index) =>
  streams
    .filter((stream) => index + SKEW * stream < NUM_GROUPS)
    .flatMap((stream) => fourRounds(stream, index + SKEW * stream, KEY, accumulateAlways)),
);

const copyWords = (from, to) =>
  streams.flatMap((stream) =>
    [0, 1].flatMap((i) => [`vmovdqa ${from(stream, i)}, %xmm0`, `vmovdqa %xmm0, ${to(stream, i)}`]),
  );

/** @returns {string[]} lines of assembler */
export function skewedSha256() {
  const lines = [
    '',
    'CONSTANTS',
    '.p2align 6',
    `${label('table')}:`,
    ...table(),
    '',
    'CODE',
    '.p2align 6',
    `BEGIN(${SYMBOL})`,
    'testl %edi, %edi',
    `je ${label('end')}`,
    'movl %edi, %eax',
    'leaq -1(%rax,%rax), %rax', // halves before the last one
    `leaq ${label('table')}(%rip), %r8`,
    `movq %rsi, %${KEY}`,
    `leaq ${KEY_LEN}(%rsi), %${NEXT_KEY}`,
    'vzeroupper', // the SHA extensions are slow while the upper halves of registers are in use
    ...copyWords(u, block),
    ...leadIn,
    '.p2align 6',
    `${label('half')}:`,
    ...half,
    `xchgq %${KEY}, %${NEXT_KEY}`,
    'decq %rax',
    `jne ${label('half')}`,
    ...leadOut,
    ...copyWords(block, u),
    'xorl %r8d, %r8d',
    'CLEAR_XMM',
    `${label('end')}:`,
    'ret',
    `  END(${SYMBOL})`,
  ];
  return lines.map((line) => (/^(?:[.a-z]|CLEAR)/.test(line) ? `  ${line}` : line));
}
