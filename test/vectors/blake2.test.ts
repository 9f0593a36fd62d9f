// BLAKE2 over many lengths at once: the self-test of RFC 7693 appendix E, and the known answers with a key.
import { blake2b, blake2s, sha256 } from 'hermetic-ssl/hashlib';
import { describe, expect, it } from 'vitest';

const counting = (length: number) => Uint8Array.from({ length }, (_, i) => i);

/** The bytes of RFC 7693 appendix E: the upper bytes of a Fibonacci sequence modulo 2^32 that begins with the seed. */
function sequence(length: number): Uint8Array {
  let [previous, current] = [Math.imul(0xdead4bad, length) >>> 0, 1];
  return Uint8Array.from({ length }, () => {
    [previous, current] = [current, (previous + current) >>> 0];
    return current >>> 24;
  });
}

describe.each([
  {
    name: 'blake2b',
    start: blake2b,
    digests: [20, 32, 48, 64],
    messages: [0, 3, 128, 129, 255, 1024],
    expected: 'c23a7800d98123bd10f506c61e29da5603d763b8bbad2e737f5e765a7bccd475',
    keyed: '1ea7031a5a7e30868be784ec976e5b9677f27f22079303b158623d277187d4b0',
  },
  {
    name: 'blake2s',
    start: blake2s,
    digests: [16, 20, 28, 32],
    messages: [0, 3, 64, 65, 255, 1024],
    expected: '6a411f08ce25adcdfb02aba641451cec53c598b24f4fc787fbdc88797f4c1dfe',
    keyed: '8ae17a963349019d1c56c0b7834abbbb1639980ef84b6a0438326402db47f02f',
  },
])('$name', ({ start, digests, messages, expected, keyed }) => {
  it('passes the self-test of RFC 7693 appendix E', () => {
    const all = start(null, { digestSize: 32 });
    for (const digestSize of digests) {
      for (const length of messages) {
        const message = sequence(length);
        all.update(start(message, { digestSize }).digest());
        all.update(start(message, { digestSize, key: sequence(digestSize) }).digest());
      }
    }
    expect(all.hexdigest()).toBe(expected);
  });

  // The messages and the key of the known answers that come with the reference implementation; the SHA-256 of all
  // digests is from Python, whose BLAKE2 is not OpenSSL's.
  it('gives the known answers with a key of its greatest length, for messages of 0 to 255 bytes', () => {
    const key = counting(start().digestSize);
    const all = sha256();
    for (let length = 0; length < 256; length++)
      all.update(start(counting(length), { key }).digest());
    expect(all.hexdigest()).toBe(keyed);
  });
});
