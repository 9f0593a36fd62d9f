// HMAC objects, arguments and comparison, for every digest.
import * as hashlib from 'hermetic-ssl/hashlib';
import * as hmac from 'hermetic-ssl/hmac';
import { describe, expect, it } from 'vitest';

import { typeError, valueError } from '../../helpers/expected-errors.js';

const key = Buffer.from('a secret key');
const msg = Buffer.from('a message of no importance');

const FIXED = [...hashlib.algorithmsGuaranteed].filter((name) => !name.startsWith('shake'));

describe.each(FIXED)('HMAC with %s', (name) => {
  const { digestSize, blockSize } = hashlib.new(name);
  const code = hmac.digest(key, msg, name);

  it('has methods that give what Python gives: nothing, bytes, text, another HMAC', () => {
    const mac = hmac.new(key, null, name);
    expect(mac).toBeInstanceOf(hmac.HMAC);
    expect(mac.update(msg)).toBeUndefined();
    expect(mac.digest()).toEqual(code);
    expect(Buffer.isBuffer(mac.digest())).toBe(true);
    expect(mac.hexdigest()).toBe(code.toString('hex'));
    expect(mac.copy()).toBeInstanceOf(hmac.HMAC);
  });

  it('has the sizes of its digest, and so has its copy', () => {
    const mac = hmac.new(key, msg, name);
    const facts = ({ name: own, digestSize: size, blockSize: block }: hmac.HMAC) => [
      own,
      size,
      block,
    ];
    expect(facts(mac)).toEqual([`hmac-${name}`, digestSize, blockSize]);
    expect(facts(mac.copy())).toEqual(facts(mac));
    expect(mac.digest()).toHaveLength(digestSize);
  });

  it('has a copy that is another object with the same code, until one of them goes on', () => {
    const mac = hmac.new(key, msg, name);
    const copy = mac.copy();
    expect(copy).not.toBe(mac);
    expect([copy.digest(), copy.hexdigest()]).toEqual([mac.digest(), mac.hexdigest()]);
    copy.update(msg);
    expect(mac.digest()).toEqual(code);
    expect(copy.digest()).toEqual(hmac.digest(key, Buffer.concat([msg, msg]), name));
  });

  it('takes its message at once, in pieces, and in pieces of more than 2 KiB', () => {
    for (const length of [1, 16, 2047, 2049, 5000]) {
      const [top, bottom] = [Buffer.alloc(length, 't'), Buffer.alloc(length, 'b')];
      const whole = hmac.new(key, Buffer.concat([top, bottom]), name);
      const pieces = hmac.new(key, top, name);
      pieces.update(bottom);
      expect(pieces.hexdigest()).toBe(whole.hexdigest());
    }
  });

  it('takes key and message as bytes of every kind', () => {
    const kinds = (given: Buffer) => {
      const bytes = new Uint8Array(given);
      return [given, bytes, bytes.buffer, new DataView(bytes.buffer), new Int8Array(bytes.buffer)];
    };
    for (const someKey of kinds(key)) {
      for (const someMsg of kinds(msg)) {
        expect(hmac.new(someKey, someMsg, name).digest()).toEqual(code);
        expect(hmac.digest(someKey, someMsg, name)).toEqual(code);
      }
    }
  });
});

describe('an HMAC', () => {
  it('refuses a piece of its message that is not bytes, and goes on', () => {
    const mac = hmac.new(key, null, 'sha256');
    for (const wrong of ['text', '', 123, [], [1], {}, null, undefined])
      expect(() => mac.update(wrong as never)).toThrow(typeError('msg'));
    mac.update(msg);
    expect(mac.digest()).toEqual(hmac.digest(key, msg, 'sha256'));
  });
});

describe.each([
  ['new', hmac.new],
  ['digest', hmac.digest],
])('hmac.%s', (_name, make) => {
  it('passes on what its digestmod throws', () => {
    const mine = new Error('mine');
    const fails = (): never => {
      throw mine;
    };
    expect(() => make(key, msg, fails)).toThrow(mine);
  });

  it('refuses a function of hashlib whose digest has no fixed length, as it refuses the name', () => {
    for (const digestmod of [hashlib.shake_128, hashlib.shake_256, 'shake_128', 'shake_256'])
      expect(() => make(key, msg, digestmod)).toThrow(valueError());
  });
});

describe('hmac.compareDigest', () => {
  it('refuses objects that pass for text, and asks nothing of them', () => {
    let asked = 0;
    class Text extends String {
      override valueOf(): string {
        asked++;
        return 'foobar';
      }
      override toString(): string {
        asked++;
        return 'foobar';
      }
    }
    const text = new Text('foobar') as unknown as string;
    const pairs = [
      [text, text],
      [text, 'foobar'],
      ['foobar', text],
    ] as const;
    for (const [a, b] of pairs) expect(() => hmac.compareDigest(a, b)).toThrow(typeError());
    expect(asked).toBe(0);
  });

  it('gives the same answer with its operands exchanged', () => {
    const words = ['foobar', 'foobaz', 'foo', ''];
    for (const a of words) {
      for (const b of words) {
        expect(hmac.compareDigest(a, b)).toBe(a === b);
        expect(hmac.compareDigest(Buffer.from(a), new Uint8Array(Buffer.from(b)))).toBe(a === b);
      }
    }
  });
});
