// Random numbers that are the same in every run with the same seed (mulberry32).
export function randomFrom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end) => Math.floor(next() * end);
  return {
    below,
    pick: (items) => items[below(items.length)],
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  };
}

/** The bytes with one thing done to them: bits turned, cut, doubled, moved, or something put in. */
export function mutate(bytes, random) {
  const at = random.below(Math.max(bytes.length, 1));
  const length = random.below(20) + 1;
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (random.below(6)) {
    case 0:
      return head;
    case 1:
      return Buffer.concat([head, random.bytes(length), tail]);
    case 2:
      return Buffer.concat([head, tail.subarray(length)]);
    case 3:
      return Buffer.concat([bytes, bytes.subarray(at)]);
    case 4:
      return Buffer.concat([tail, head]);
    default: {
      const copy = Buffer.from(bytes);
      for (let i = random.below(4); i >= 0 && copy.length > 0; i--)
        copy[random.below(copy.length)] ^= 1 << random.below(8);
      return copy;
    }
  }
}
