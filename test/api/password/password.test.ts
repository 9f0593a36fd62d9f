// password.hash and password.verify, with their synchronous twins: what they make, take, and refuse.
import crypto from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

import * as password from 'hermetic-ssl/password';
import type { HashOptions, Policy, VerifyOptions } from 'hermetic-ssl/password';
import { describe, expect, it } from 'vitest';

import { overflowError, typeError, valueError } from '../../helpers/expected-errors.js';

const FAST = { iterations: 1 };

interface Form {
  readonly hash: (...given: unknown[]) => Promise<string>;
  readonly verify: (...given: unknown[]) => Promise<boolean>;
}

/** Both forms with any arguments; what the synchronous one throws is a rejection. */
const FORMS: [string, Form][] = [
  [
    'hash and verify',
    {
      hash: (secret, options) => password.hash(secret as string, options as HashOptions),
      verify: (secret, stored, options) =>
        password.verify(secret as string, stored as string, options as VerifyOptions),
    },
  ],
  [
    'hashSync and verifySync',
    {
      hash: async (secret, options) => password.hashSync(secret as string, options as Policy),
      verify: async (secret, stored, options) =>
        password.verifySync(secret as string, stored as string, options as VerifyOptions),
    },
  ],
];

function fields(stored: string) {
  const [, id, parameters, salt = '', hash = ''] = stored.split('$');
  const bytes = (text: string) => Buffer.from(text, 'base64');
  return { id, parameters, salt: bytes(salt), hash: bytes(hash) };
}

describe.each(FORMS)('%s', (_name, { hash, verify }) => {
  it("makes a PHC string with OWASP's iterations, 16 bytes of salt and a hash of the digest's length", async () => {
    const stored = await hash('correct horse');
    expect(stored).toMatch(
      /^\$pbkdf2-sha256\$i=600000,l=32\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
    );
    expect(await verify('correct horse', stored)).toBe(true);
    expect(await verify('correct horse ', stored)).toBe(false);
    const { salt, hash: derived } = fields(stored);
    const expected = crypto.pbkdf2Sync('correct horse', salt, 600_000, 32, 'sha256');
    expect(derived).toEqual(expected);
  });

  it('makes one with SHA-512', async () => {
    const stored = await hash('p', { algorithm: 'pbkdf2-sha512' });
    expect(stored).toMatch(
      /^\$pbkdf2-sha512\$i=220000,l=64\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{86}$/,
    );
    expect(await verify('p', stored)).toBe(true);
    expect(await verify('q', stored)).toBe(false);
  });

  it('takes each option', async () => {
    for (const saltLength of [16, 17, 18, 63, 64]) {
      const stored = await hash('p', { iterations: 7, saltLength });
      const { parameters, salt } = fields(stored);
      expect(parameters).toBe('i=7,l=32');
      expect(salt).toHaveLength(saltLength);
      expect(await verify('p', stored)).toBe(true);
    }
  });

  it('takes undefined as left out, and null for no options', async () => {
    const none = { format: undefined, algorithm: undefined, saltLength: undefined };
    expect(await hash('p', { ...FAST, ...none })).toContain('$pbkdf2-sha256$i=1,l=32$');
    const stored = await hash('p', FAST);
    expect(await verify('p', stored, null)).toBe(true);
    expect(await verify('p', stored, { maxIterations: undefined })).toBe(true);
  });

  it('draws a salt for each string', async () => {
    const strings = await Promise.all(Array.from({ length: 200 }, () => hash('p', FAST)));
    expect(new Set(strings.map((stored) => fields(stored).salt.toString('hex'))).size).toBe(200);
    expect(new Set(strings.map((stored) => fields(stored).hash.toString('hex'))).size).toBe(200);
  });

  it.each([
    ['nothing', ''],
    ['a NUL character', 'a\0b'],
    ['a block of SHA-256', 'x'.repeat(64)],
    ['more than a block', 'x'.repeat(65)],
    ['a megabyte', 'x'.repeat(1 << 20)],
    ['other letters', 'пароль パスワード'],
    ['an emoji', '🔑'],
    ['a byte order mark', '\ufeffpassword'],
  ])('takes a password of %s, and no other for it', async (_what, secret) => {
    const stored = await hash(secret, FAST);
    expect(await verify(secret, stored)).toBe(true);
    expect(await verify(Buffer.from(secret), stored)).toBe(true);
    expect(await verify(`${secret}!`, stored)).toBe(false);
    expect(await verify(`${secret} `, stored)).toBe(false);
    if (secret.length > 1) expect(await verify(secret.slice(2), stored)).toBe(false);
  });

  it("shares HMAC's equivalences with every PBKDF2: zeros at the end, and the digest of a long password", async () => {
    const short = await hash('short', FAST);
    expect(await verify('short\0\0', short)).toBe(true);
    expect(await verify('\0short', short)).toBe(false);
    const long = await hash('x'.repeat(65), FAST);
    const digest = crypto.createHash('sha256').update('x'.repeat(65)).digest();
    expect(await verify(digest, long)).toBe(true);
  });

  it('does not normalise: composed and decomposed letters are two passwords', async () => {
    const stored = await hash('\u00e4', FAST);
    expect(await verify('\u00e4', stored)).toBe(true);
    expect(await verify('a\u0308', stored)).toBe(false);
  });

  it('takes bytes of every kind', async () => {
    const bytes = new Uint8Array([1, 0xff, 3, 0x80]);
    const shared = new Uint8Array(new SharedArrayBuffer(4));
    shared.set(bytes);
    const stored = await hash(bytes, FAST);
    for (const same of [bytes.buffer, new DataView(bytes.buffer), Buffer.from(bytes), shared])
      expect(await verify(same, stored)).toBe(true);
    expect(await verify(bytes.subarray(1), stored)).toBe(false);
  });

  it.each(['\ud800', 'abc\udfffdef', '\udc00\ud800'])(
    'refuses a password with a lone surrogate (%j), which would be one with U+FFFD',
    async (secret) => {
      const stored = await hash('\ufffd', FAST);
      await expect(hash(secret, FAST)).rejects.toThrow(valueError('lone surrogate'));
      await expect(verify(secret, stored)).rejects.toThrow(valueError('lone surrogate'));
    },
  );

  it.each([
    ['a number', 4711],
    ['null', null],
    ['undefined', undefined],
    ['an array', ['4711']],
    ['a string object', new String('4711')],
    ['bare shared memory', new SharedArrayBuffer(1)],
    ['a bigint', 4711n],
  ])('refuses %s as password, without showing it', async (_what, secret) => {
    const stored = await hash('4711', FAST);
    for (const attempt of [() => hash(secret), () => verify(secret, stored)]) {
      const error = await attempt().catch((thrown: Error) => thrown);
      expect(error).toEqual(typeError('password must be a string, Buffer'));
      expect((error as Error).message).not.toContain('4711');
    }
  });

  it.each([[undefined], [null], [1], [Buffer.from('$pbkdf2')], [['$pbkdf2']], [{}]])(
    'refuses %j as stored string',
    async (stored) => {
      await expect(verify('p', stored)).rejects.toThrow(typeError('stored must be a string'));
    },
  );

  it.each([
    [{ iteration: 5 }, typeError("unknown option 'iteration'")],
    [{ rounds: 5 }, typeError("unknown option 'rounds'")],
    [1, typeError('options must be an object')],
    ['pbkdf2-sha256', typeError('options must be an object')],
    [{ algorithm: 'pbkdf2-sha1' }, valueError("'pbkdf2-sha256' or 'pbkdf2-sha512'")],
    [{ algorithm: 'toString' }, valueError("'pbkdf2-sha256' or 'pbkdf2-sha512'")],
    [{ algorithm: 256 }, typeError('algorithm must be')],
    [{ algorithm: null }, typeError('algorithm must be')],
    [{ format: 'bcrypt' }, valueError("'phc' or 'passlib' or 'django' or 'werkzeug' or 'aspnet'")],
    [{ format: 1 }, typeError('format must be')],
    [{ format: 'django', algorithm: 'pbkdf2-sha512' }, valueError("format 'django' has no")],
    [{ iterations: 0 }, valueError('iterations must be at least 1, not 0')],
    [{ iterations: -5 }, valueError('iterations must be at least 1')],
    [{ iterations: 1.5 }, typeError('iterations must be an integer')],
    [{ iterations: Number.NaN }, typeError('iterations must be an integer')],
    [{ iterations: '600000' }, typeError('iterations must be an integer')],
    [{ iterations: null }, typeError('iterations must be an integer')],
    [{ iterations: 10_000_001 }, overflowError('iterations must be at most 10000000')],
    [{ iterations: 11, maxIterations: 10 }, overflowError('iterations must be at most 10')],
    [{ maxIterations: 0 }, valueError('maxIterations must be at least 1')],
    [{ maxIterations: 2 ** 31 }, overflowError('maxIterations must be at most 2147483647')],
    [{ saltLength: 15 }, valueError('saltLength must be at least 16, not 15')],
    [{ saltLength: 65 }, overflowError('saltLength must be at most 64, not 65')],
    [{ saltLength: '16' }, typeError('saltLength must be an integer')],
  ])('refuses the options %j', async (options, error) => {
    await expect(hash('p', options)).rejects.toThrow(error);
  });

  it.each([
    [{ iterations: 5 }, typeError("unknown option 'iterations'")],
    [{ maxIteration: 5 }, typeError("unknown option 'maxIteration'")],
    [5, typeError('options must be an object')],
    [{ maxIterations: 0 }, valueError('maxIterations must be at least 1')],
    [{ maxIterations: 2 ** 31 }, overflowError('maxIterations must be at most')],
    [{ maxIterations: Infinity }, typeError('maxIterations must be an integer')],
    [{ maxIterations: '5' }, typeError('maxIterations must be an integer')],
  ])('refuses the options %j of verification', async (options, error) => {
    const stored = await hash('p', FAST);
    await expect(verify('p', stored, options)).rejects.toThrow(error);
  });
});

describe('wrong arguments', () => {
  it('are refused by the compiler too', () => {
    // @ts-expect-error -- SHA-1 is read, and not written
    expect(() => password.hashSync('p', { algorithm: 'pbkdf2-sha1' })).toThrow(RangeError);
    // @ts-expect-error -- another library's name
    expect(() => password.hashSync('p', { rounds: 1000 })).toThrow(TypeError);
    // @ts-expect-error -- no format of ours
    expect(() => password.needsRehash('', { format: 'bcrypt' })).toThrow(RangeError);
    // @ts-expect-error -- there is nothing to cancel
    expect(() => password.verifySync('p', '', { signal: undefined })).toThrow(TypeError);
    // @ts-expect-error -- a password may be missing in a request
    expect(() => password.verifySync(undefined, '')).toThrow(Error);
    const policy: Policy = { format: 'django', algorithm: 'pbkdf2-sha256', iterations: 1 };
    const stored: string = password.hashSync('p', policy);
    const answer: boolean = password.needsRehash(stored, policy);
    expect(answer).toBe(false);
  });

  it('in the wrong order show no password', async () => {
    const any = (value: unknown) => value as never;
    const attempts = [
      password.hash('alice', any('hunter2')),
      password.verify('alice', 'hunter2', any('$pbkdf2')),
      password.verify('$pbkdf2-sha256$i=1', 'hunter2'),
      password.hash('p', { algorithm: any(['hunter2']) }),
    ];
    for (const attempt of attempts) {
      const error = await attempt.catch((thrown: Error) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect((error as Error).message).not.toContain('hunter2');
    }
  });
});

describe('hashSync and verifySync', () => {
  it('know no signal', () => {
    const options = { ...FAST, signal: new AbortController().signal };
    expect(() => password.hashSync('p', options)).toThrow(typeError("unknown option 'signal'"));
    const stored = password.hashSync('p', FAST);
    const { signal } = options;
    expect(() => password.verifySync('p', stored, { signal } as object)).toThrow(
      typeError("unknown option 'signal'"),
    );
  });
});

describe('hash and verify', () => {
  const LIMIT = 2 ** 31 - 1;
  /** Asks for minutes of work. */
  const slow = password.hashSync('p', FAST).replace('i=1,', `i=${LIMIT},`);

  it('reject, and never throw', async () => {
    const wrong = [password.hash(1 as never), password.verify('p', 'x')];
    for (const promise of wrong) {
      expect(promise).toBeInstanceOf(Promise);
      await expect(promise).rejects.toThrow();
    }
  });

  it('copy a password of bytes at the call', async () => {
    const secret = Buffer.from('secret');
    const hashing = password.hash(secret, { iterations: 20_000 });
    secret.fill(0);
    const stored = await hashing;
    expect(await password.verify('secret', stored)).toBe(true);
    const again = Buffer.from('secret');
    const verifying = password.verify(again, stored);
    again.fill(0);
    expect(await verifying).toBe(true);
  });

  it('leave the thread to others while they run', async () => {
    let isHashed = false;
    const hashing = password.hash('p').then(() => (isHashed = true));
    await setImmediate();
    expect(isHashed).toBe(false);
    await hashing;
  });

  it('reject with the reason of their signal', async () => {
    const reason = new Error('enough');
    const hashing = new AbortController();
    const options = { iterations: LIMIT, maxIterations: LIMIT, signal: hashing.signal };
    const hashed = password.hash('p', options);
    hashing.abort(reason);
    await expect(hashed).rejects.toBe(reason);
    const verifying = new AbortController();
    const { signal } = verifying;
    const verified = password.verify('p', slow, { maxIterations: LIMIT, signal });
    verifying.abort(reason);
    await expect(verified).rejects.toBe(reason);
  });

  it.each([[1], [null], ['signal'], [{}]])('refuse %j as signal', async (signal) => {
    const options = { iterations: 1, signal } as unknown as HashOptions;
    await expect(password.hash('p', options)).rejects.toThrow(typeError('signal must be'));
    const stored = await password.hash('p', FAST);
    const wrong = { signal } as unknown as VerifyOptions;
    await expect(password.verify('p', stored, wrong)).rejects.toThrow(typeError('signal must be'));
  });
});
