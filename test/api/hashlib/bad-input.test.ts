// Arbitrary arguments of os, hashlib, hmac and their native functions give a typed error, and the process continues.
// Calls that could end the process run in a child.
import * as hashlib from 'hermetic-ssl/hashlib';
import * as hmac from 'hermetic-ssl/hmac';
import * as os from 'hermetic-ssl/os';
import { describe, expect, it } from 'vitest';

import { addonPath, runModule } from '../../differential/support/child.js';
import { seed } from '../../differential/support/random.js';
import { TIME_LIMIT } from '../../helpers/time-limit.js';

const wrongType = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
const key = Buffer.from('key');

// TypeScript's library of ES2022 does not know resizable buffers.
interface ResizableBuffer extends ArrayBuffer {
  resize(length: number): void;
}
const Resizable = ArrayBuffer as unknown as new (
  length: number,
  options: { maxByteLength: number },
) => ResizableBuffer;

function detached(): Uint8Array {
  const bytes = new Uint8Array(100);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

/** Each way to hand bytes to the native layer. */
const CONSUMERS: [string, (bytes: Uint8Array | DataView) => unknown][] = [
  ['hashlib.sha256', (bytes) => hashlib.sha256(bytes).hexdigest()],
  ['Hash.update', (bytes) => hashlib.sha256().update(bytes)],
  ['hmac.new, key', (bytes) => hmac.new(bytes, key, 'sha256').hexdigest()],
  ['hmac.new, msg', (bytes) => hmac.new(key, bytes, 'sha256').hexdigest()],
  ['hmac.digest, key', (bytes) => hmac.digest(bytes, key, 'sha256').toString('hex')],
  ['hmac.digest, msg', (bytes) => hmac.digest(key, bytes, 'sha256').toString('hex')],
  ['compareDigest, a', (bytes) => hmac.compareDigest(bytes, key)],
  ['compareDigest, b', (bytes) => hmac.compareDigest(key, bytes)],
  ['pbkdf2, password', (bytes) => hashlib.pbkdf2HmacSync('sha256', bytes, key, 1).toString('hex')],
  [
    'scrypt, password',
    (bytes) => hashlib.scryptSync(bytes, { salt: key, n: 2, r: 1, p: 1 }).toString('hex'),
  ],
  [
    'scrypt, salt',
    (bytes) => hashlib.scryptSync(key, { salt: bytes, n: 2, r: 1, p: 1 }).toString('hex'),
  ],
  ['pbkdf2, salt', (bytes) => hashlib.pbkdf2HmacSync('sha256', key, bytes, 1).toString('hex')],
];

describe.each(CONSUMERS)('%s', (_name, consume) => {
  it('refuses a view of a detached buffer', () => {
    expect(() => consume(detached())).toThrow(wrongType);
  });

  it('reads a view as long as its shrunk buffer allows', () => {
    const buffer = new Resizable(1 << 20, { maxByteLength: 1 << 21 });
    const tracking = new Uint8Array(buffer);
    buffer.resize(3);
    expect(consume(tracking)).toEqual(consume(new Uint8Array(3)));
    buffer.resize(1 << 21);
    expect(consume(tracking)).toEqual(consume(new Uint8Array(1 << 21)));
  });

  it('takes a view that its shrunk buffer no longer holds as empty, or refuses it', () => {
    const buffer = new Resizable(1 << 20, { maxByteLength: 1 << 20 });
    const views = [
      new Uint8Array(buffer, 1000, 5000),
      new Uint8Array(buffer, 1000),
      new DataView(buffer, 1000, 5000),
      new DataView(buffer, 1000),
    ];
    buffer.resize(10);
    for (const view of views) {
      try {
        expect(consume(view)).toEqual(consume(new Uint8Array(0)));
      } catch (error) {
        expect(error).toEqual(wrongType);
      }
    }
  });
});

describe('methods on another receiver', () => {
  const hash = hashlib.sha256();
  const mac = hmac.new(key, null, 'sha256');
  const receivers = [
    undefined,
    null,
    1,
    'sha256',
    {},
    Object.create(hash),
    new Proxy(hash, {}),
    new Proxy(mac, {}),
  ];

  it.each(['update', 'digest', 'hexdigest', 'copy'] as const)('%s throws a TypeError', (method) => {
    for (const receiver of [...receivers, mac]) {
      expect(() => Reflect.apply(hashlib.Hash.prototype[method], receiver, [key])).toThrow(
        TypeError,
      );
    }
    for (const receiver of [...receivers, hash]) {
      expect(() => Reflect.apply(hmac.HMAC.prototype[method], receiver, [key])).toThrow(TypeError);
    }
  });

  it.each(['name', 'digestSize', 'blockSize'] as const)(
    'the property %s throws a TypeError',
    (name) => {
      for (const receiver of receivers.filter((value) => value !== undefined && value !== null)) {
        expect(() => Reflect.get(hashlib.Hash.prototype, name, receiver)).toThrow(TypeError);
        expect(() => Reflect.get(hmac.HMAC.prototype, name, receiver)).toThrow(TypeError);
      }
    },
  );
});

describe('huge requests', () => {
  it('are errors, not crashes', () => {
    for (const size of [2 ** 53 - 1, 2 ** 53, 1e308]) {
      for (const ask of [() => os.urandom(size), () => hashlib.shake_128().digest(size)]) {
        expect(ask).toThrow(
          expect.objectContaining({ code: expect.stringMatching(/^(ERR_OUT_OF_RANGE|ENOMEM)$/) }),
        );
      }
    }
  });

  it.skipIf(process.platform !== 'linux')(
    'of pbkdf2 are ENOMEM when there is too little memory (Linux)',
    async () => {
      const source = `
        import { pbkdf2Hmac, pbkdf2HmacSync } from 'hermetic-ssl/hashlib';
        const given = ['sha256', Buffer.from('p'), Buffer.from('s'), 1, 2 ** 31 - 1];
        try { pbkdf2HmacSync(...given); } catch (error) { console.log(error.code); }
        await pbkdf2Hmac(...given).catch((error) => console.log(error.code));
        console.log((await pbkdf2Hmac('sha256', Buffer.from('p'), Buffer.from('s'), 1)).length);`;
      const prefix = ['sh', '-c', 'ulimit -v 2500000; exec "$@"', 'sh'];
      const { code, stdout } = await runModule(source, { prefix });
      expect([code, stdout]).toEqual([0, 'ENOMEM\nENOMEM\n32\n']);
    },
  );
});

const FUZZ = `
import { createRequire } from 'node:module';
import crypto from 'node:crypto';
const addon = createRequire(import.meta.url)(${JSON.stringify(addonPath)});
let counter = 0;
const below = (end) =>
  crypto.createHash('md5').update(${JSON.stringify(seed)} + counter++).digest().readUInt32LE(0) % end;
const pick = (items) => items[below(items.length)];

const detached = new Uint8Array(64);
structuredClone(detached.buffer, { transfer: [detached.buffer] });
const resizable = new ArrayBuffer(1 << 20, { maxByteLength: 1 << 21 });
const views = [new Uint8Array(resizable), new Uint8Array(resizable, 100, 1000), new DataView(resizable, 100),
  new DataView(resizable, 100, 1000), new Float64Array(resizable, 8), resizable];
const growable = new SharedArrayBuffer(64, { maxByteLength: 4096 });
const thrower = { valueOf() { throw new Error('valueOf'); }, toString() { throw new Error('toString'); },
  get length() { throw new Error('length'); }, get byteLength() { throw new Error('byteLength'); } };
const hash = addon.hashNew('sha256'), xof = addon.hashNew('shake_128'), mac = addon.macNew(addon.algorithm('sha1').id, Buffer.from('k'));
const cancellation = addon.newCancellation();
const values = [undefined, null, true, 0, 1, 2, 3, -1, -0, 1.5, NaN, Infinity, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, 1n, -1n,
  2n ** 70n, '', 'sha256', 'sha1', 'shake_128', 'blake2b', 'spam', 'sha256\\0', 'ä', '\\ud800', 'x'.repeat(10000),
  Symbol('s'), {}, [], [1, 2], () => 1, thrower, new Proxy(Buffer.alloc(9), {}), new Proxy(hash, {}),
  Object.create(hash), Object.create(mac), new Date(), /x/, new Map(), Promise.resolve(1), new WeakRef({}),
  Buffer.alloc(0), Buffer.alloc(1), Buffer.alloc(32), Buffer.alloc(1000), new ArrayBuffer(33), detached,
  detached.buffer, ...views, new SharedArrayBuffer(8), new Uint8Array(new SharedArrayBuffer(8)),
  new Uint8Array(growable), new BigInt64Array(3), new Float32Array(5), new Uint8ClampedArray(7), hash, xof, mac,
  cancellation, globalThis, process];
const names = ['urandom', 'getrandom', 'algorithm', 'algorithms', 'hashNew', 'hashUpdate', 'hashDigest', 'hashOnce', 'hashOnceHex',
  'hashCopy', 'macNew', 'macUpdate', 'macDigest', 'macCopy', 'macOnce', 'compareBytes', 'compareStrings',
  'pbkdf2Length', 'pbkdf2Sync', 'pbkdf2', 'newCancellation', 'cancel', 'hashNewBlake2', 'scryptCheck', 'scryptSync',
  'scrypt'];
const outcomes = { value: 0, record: 0, contract: 0 };
const pending = [];
for (let i = 0; i < 30000; i++) {
  if (i % 97 === 0) resizable.resize(below(1 << 21));
  if (i % 97 === 50) resizable.resize(below(200));
  const name = pick(names);
  const given = Array.from({ length: below(8) }, () => pick(values));
  try {
    const result = Reflect.apply(addon[name], pick([addon, undefined, hash, {}]), given);
    if (result instanceof Promise) pending.push(result);
    outcomes[result?.nativeError ? 'record' : 'value']++;
  } catch (error) {
    if (!(error instanceof TypeError) || error.code !== 'ERR_INVALID_ARG_TYPE') {
      console.log('not typed: ' + name, given.map(String), error);
      process.exitCode = 1;
    }
    outcomes.contract++;
  }
}
await Promise.all(pending);
console.log(JSON.stringify(outcomes));
`;

describe('the native functions', () => {
  it('answer 30,000 calls with anything at all', { timeout: 2 * TIME_LIMIT }, async () => {
    console.log(`anything at all: HERMETIC_TEST_SEED=${seed}`);
    const { code, signal, stdout, stderr } = await runModule(FUZZ, {
      nodeOptions: ['--expose-gc'],
    });
    expect([code, signal, stderr], stdout).toEqual([0, null, '']);
    const outcomes = JSON.parse(stdout);
    expect(Math.min(...Object.values<number>(outcomes))).toBeGreaterThan(0);
  });

  it(
    'do not grow without end: a million hashes are collected',
    { timeout: 2 * TIME_LIMIT },
    async () => {
      const source = `
      import { sha256 } from 'hermetic-ssl/hashlib';
      const before = process.memoryUsage().rss;
      const data = Buffer.from('x');
      for (let i = 0; i < 1_000_000; i++) {
        sha256(data).copy();
        if (i % 10000 === 0) await new Promise(setImmediate);
      }
      console.log(Math.round((process.memoryUsage().rss - before) / 2 ** 20));`;
      const { code, stdout } = await runModule(source);
      expect(code).toBe(0);
      expect(Number(stdout)).toBeLessThan(300);
    },
  );
});
