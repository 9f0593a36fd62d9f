// Stored strings that no real program makes, or only an attacker's: each is a typed error that reveals nothing.
import {
  PasswordFormatError,
  PasswordLimitError,
  hashSync,
  needsRehash,
  verify,
  verifySync,
} from 'hermetic-ssl/password';
import { describe, expect, it } from 'vitest';

import { Random } from '../../differential/support/random.js';

const FORMAT = 'ERR_PASSWORD_FORMAT';
const LIMIT = 'ERR_PASSWORD_LIMIT';

const SALT = 'c2FsdHNhbHRzYWx0c2FsdA'; // 16 bytes
const HASH = 'A'.repeat(43); // 32 bytes
const HEX = '0'.repeat(64);
const b64 = (...parts: (number | Buffer)[]) =>
  Buffer.concat(parts.map((part) => (Buffer.isBuffer(part) ? part : u32(part)))).toString('base64');

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const ONE = Buffer.from([1]);
const SALT16 = Buffer.alloc(16, 's');
const HASH32 = Buffer.alloc(32, 'h');

/** [what, string, code, a part of the message] */
const HOSTILE: [string, string, string, string][] = [
  ['nothing', '', FORMAT, 'the formats are phc ($pbkdf2-sha256$i='],
  ['a password in plain', 'hunter2hunter2', FORMAT, 'unsupported password string'],
  ['bcrypt', '$2b$12$abcdefghijklmnopqrstuv', FORMAT, 'unsupported password string'],
  ['Argon2', '$argon2id$v=19$m=65536,t=3,p=4$YWJj$YWJj', FORMAT, 'unsupported password string'],
  ["Werkzeug's scrypt", 'scrypt:32768:8:1$salt$00', FORMAT, 'unsupported password string'],
  ["Django's unusable password", '!aBcDeF', FORMAT, 'unsupported password string'],
  ["ASP.NET's version 2", b64(Buffer.alloc(49)), FORMAT, 'unsupported password string'],
  ['a space before', ` $pbkdf2-sha256$i=1,l=32$${SALT}$${HASH}`, FORMAT, 'unsupported'],
  ['4097 characters', `$pbkdf2-sha256$i=1$${'A'.repeat(5000)}`, LIMIT, 'the limit is 4096'],
  ['a gigantic string', '$'.repeat(50_000_000), LIMIT, 'it has 50000000 characters'],
  ['nothing but separators', '$pbkdf2$$$$$$$$', FORMAT, 'format passlib'],

  ['a bare identifier', '$pbkdf2-sha256', FORMAT, 'four fields'],
  ['PHC without hash', `$pbkdf2-sha256$i=1$${SALT}`, FORMAT, 'four fields'],
  ['PHC with a field more', `$pbkdf2-sha256$i=1$${SALT}$${HASH}$`, FORMAT, 'four fields'],
  ['PHC with another digest', `$pbkdf2-md5$i=1$${SALT}$${HASH}`, FORMAT, 'the digest is not'],
  ['PHC with a digest of Object', `$pbkdf2-toString$i=1$${SALT}$${HASH}`, FORMAT, 'the digest'],
  ['PHC with a version', `$pbkdf2-sha256$v=1$i=1$${SALT}$${HASH}`, FORMAT, 'four fields'],
  ['PHC without i', `$pbkdf2-sha256$l=32$${SALT}$${HASH}`, FORMAT, 'the parameters are not'],
  ['PHC with l before i', `$pbkdf2-sha256$l=32,i=1$${SALT}$${HASH}`, FORMAT, 'the parameters'],
  ['PHC with i twice', `$pbkdf2-sha256$i=1,i=1$${SALT}$${HASH}`, FORMAT, 'the parameters'],
  ['PHC with l twice', `$pbkdf2-sha256$i=1,l=32,l=32$${SALT}$${HASH}`, FORMAT, 'the parameters'],
  ['PHC with a comma more', `$pbkdf2-sha256$i=1,$${SALT}$${HASH}`, FORMAT, 'the parameters'],
  ['PHC with another parameter', `$pbkdf2-sha256$i=1,p=1$${SALT}$${HASH}`, FORMAT, 'parameters'],
  ['PHC with a wrong l', `$pbkdf2-sha256$i=1,l=31$${SALT}$${HASH}`, FORMAT, 'the length that'],
  ['PHC with a padded salt', `$pbkdf2-sha256$i=1$${SALT}==$${HASH}`, FORMAT, 'the salt is not'],
  ['PHC with a padded hash', `$pbkdf2-sha256$i=1$${SALT}$${HASH}=`, FORMAT, 'the hash is not'],
  [
    'PHC with bits left over',
    `$pbkdf2-sha256$i=1$${SALT}$${HASH.slice(1)}B`,
    FORMAT,
    'the hash is',
  ],
  ['PHC with a dot', `$pbkdf2-sha256$i=1$.${SALT.slice(1)}$${HASH}`, FORMAT, 'the salt is not'],
  ['PHC with base64url', `$pbkdf2-sha256$i=1$-${SALT.slice(1)}$${HASH}`, FORMAT, 'the salt is not'],
  ['PHC with a line feed', `$pbkdf2-sha256$i=1$${SALT}$${HASH}\n`, FORMAT, 'the hash is not'],
  ['PHC with a NUL', `$pbkdf2-sha256$i=1$${SALT}$${HASH}\0`, FORMAT, 'the hash is not'],
  ['PHC with 1 character more', `$pbkdf2-sha256$i=1$${SALT}$${HASH}AA`, FORMAT, 'the hash is not'],
  ['PHC without salt', `$pbkdf2-sha256$i=1$$${HASH}`, FORMAT, 'it has no salt'],
  ['PHC with an empty hash', `$pbkdf2-sha256$i=1$${SALT}$`, FORMAT, 'the hash has 0 bytes'],
  ['PHC with a hash of a byte', `$pbkdf2-sha256$i=1$${SALT}$AA`, FORMAT, 'fewer than 16'],
  ['PHC with a hash of 15', `$pbkdf2-sha256$i=1$${SALT}$${'A'.repeat(20)}`, FORMAT, 'fewer than'],
  [
    'PHC with a hash of 65',
    `$pbkdf2-sha256$i=1$${SALT}$${'A'.repeat(87)}`,
    LIMIT,
    'the limit is 64',
  ],
  ['PHC with a salt of 1025', `$pbkdf2-sha256$i=1$${'A'.repeat(1367)}$${HASH}`, LIMIT, '1024'],
  ['a lone surrogate', `$pbkdf2-sha256$i=1$${SALT}$${HASH}\ud800`, FORMAT, 'well-formed Unicode'],

  ...[
    '0',
    '-1',
    '+1',
    '01',
    '1.0',
    '1e3',
    '0x10',
    ' 1',
    '1 ',
    '',
    'NaN',
    '１',
    '1_000',
    '१',
  ].flatMap((count): [string, string, string, string][] => [
    [`PHC, ${count} times`, `$pbkdf2-sha256$i=${count}$${SALT}$${HASH}`, FORMAT, 'decimal number'],
    [`passlib, ${count} times`, `$pbkdf2-sha256$${count}$${SALT}$${HASH}`, FORMAT, 'decimal'],
    [`Django, ${count} times`, `pbkdf2_sha256$${count}$salt$${HASH}=`, FORMAT, 'decimal number'],
    [`Werkzeug, ${count} times`, `pbkdf2:sha256:${count}$salt$${HEX}`, FORMAT, 'decimal number'],
  ]),
  ...['10000001', '2147483648', '4294967297', '9999999999', '10000000000', '9'.repeat(400)].flatMap(
    (count): [string, string, string, string][] => [
      [`PHC, ${count} times`, `$pbkdf2-sha256$i=${count}$${SALT}$${HASH}`, LIMIT, 'refused'],
      [`passlib, ${count} times`, `$pbkdf2-sha256$${count}$${SALT}$${HASH}`, LIMIT, 'refused'],
      [`Django, ${count} times`, `pbkdf2_sha256$${count}$salt$${HASH}=`, LIMIT, 'refused'],
      [`Werkzeug, ${count} times`, `pbkdf2:sha256:${count}$salt$${HEX}`, LIMIT, 'refused'],
    ],
  ),

  ['passlib without hash', `$pbkdf2-sha256$1$${SALT}`, FORMAT, 'four fields'],
  ['passlib with another digest', `$pbkdf2-sha3$1$${SALT}$${HASH}`, FORMAT, 'does not begin with'],
  ['passlib with a short hash', `$pbkdf2-sha256$1$${SALT}$${HASH.slice(3)}`, FORMAT, '30 bytes'],
  ['passlib with the hash of another', `$pbkdf2-sha512$1$${SALT}$${HASH}`, FORMAT, 'gives 64'],
  ['passlib without salt', `$pbkdf2-sha256$1$$${HASH}`, FORMAT, 'it has no salt'],

  ['Django without hash', 'pbkdf2_sha256$1$salt', FORMAT, 'four fields'],
  ['Django with a field more', `pbkdf2_sha256$1$salt$${HASH}=$`, FORMAT, 'four fields'],
  ['Django with SHA-512', `pbkdf2_sha512$1$salt$${HASH}=`, FORMAT, 'pbkdf2_sha256 nor pbkdf2_sha1'],
  [
    'Django, a wrapped hasher',
    `pbkdf2_wrapped_md5$1$salt$${HASH}=`,
    FORMAT,
    'the hasher is neither',
  ],
  ['Django without padding', `pbkdf2_sha256$1$salt$${HASH}`, FORMAT, 'base64 with padding'],
  ['Django with a short hash', 'pbkdf2_sha256$1$salt$AAAA', FORMAT, 'the hash has 3 bytes'],
  ['Django without salt', `pbkdf2_sha256$1$$${HASH}=`, FORMAT, 'it has no salt'],
  ['Django with a salt of 1025', `pbkdf2_sha256$1$${'s'.repeat(1025)}$${HASH}=`, LIMIT, '1024'],
  ['Django with half an emoji', `pbkdf2_sha256$1$\ud83d$${HASH}=`, FORMAT, 'well-formed Unicode'],

  ['Werkzeug without hash', 'pbkdf2:sha256:1$salt', FORMAT, 'three fields'],
  ['Werkzeug with a field more', `pbkdf2:sha256:1$salt$${HEX}$`, FORMAT, 'three fields'],
  ['Werkzeug without a number', `pbkdf2:sha256$salt$${HEX}`, FORMAT, 'a number of iterations'],
  ['Werkzeug with more', `pbkdf2:sha256:1:2$salt$${HEX}`, FORMAT, 'a number of iterations'],
  ['Werkzeug with another digest', `pbkdf2:md5:1$salt$${HEX}`, FORMAT, 'the digest is not'],
  ['Werkzeug in capitals', `pbkdf2:sha256:1$salt$${'A'.repeat(64)}`, FORMAT, 'lower-case'],
  ['Werkzeug with an odd digit', `pbkdf2:sha256:1$salt$${HEX}0`, FORMAT, 'hexadecimal'],
  ['Werkzeug with a short hash', `pbkdf2:sha256:1$salt$${HEX.slice(2)}`, FORMAT, '31 bytes'],
  ['Werkzeug without salt', `pbkdf2:sha256:1$$${HEX}`, FORMAT, 'it has no salt'],

  ['ASP.NET, two bytes', 'AQA=', FORMAT, 'ends within its header'],
  [
    'ASP.NET without padding',
    b64(ONE, 1, 1, 16, SALT16, HASH32).replace(/=+$/, ''),
    FORMAT,
    'base64',
  ],
  ['ASP.NET, not base64', 'AQAAAA*', FORMAT, 'not base64'],
  ['ASP.NET, half a header', b64(ONE, 1, 1), FORMAT, 'ends within its header'],
  ['ASP.NET, PRF 3', b64(ONE, 3, 1, 16, SALT16, HASH32), FORMAT, 'the PRF is not'],
  ['ASP.NET, no iterations', b64(ONE, 1, 0, 16, SALT16, HASH32), FORMAT, 'iterations is 0'],
  ['ASP.NET, iterations', b64(ONE, 1, 0xffff_ffff, 16, SALT16, HASH32), LIMIT, '4294967295'],
  ['ASP.NET, a salt beyond the end', b64(ONE, 1, 1, 49, SALT16, HASH32), FORMAT, 'within its salt'],
  ['ASP.NET, a salt of 4 GiB', b64(ONE, 1, 1, 0xffff_ffff, SALT16, HASH32), FORMAT, 'its salt'],
  ['ASP.NET, all of it salt', b64(ONE, 1, 1, 48, SALT16, HASH32), FORMAT, 'the hash has 0 bytes'],
  ['ASP.NET without salt', b64(ONE, 1, 1, 0, HASH32), FORMAT, 'it has no salt'],
  // dotnet/aspnetcore, PasswordHasherTest.cs: "too short".
  ['ASP.NET, cut', 'AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4A=', FORMAT, 'fewer than 16'],
];

describe('a hostile string', () => {
  it.each(HOSTILE)('%s', async (_what, stored, code, message) => {
    const expected = expect.objectContaining({ code, message: expect.stringContaining(message) });
    expect(() => verifySync('p', stored)).toThrow(expected);
    expect(() => needsRehash(stored)).toThrow(expected);
    await expect(verify('p', stored)).rejects.toThrow(expected);
    const name = code === LIMIT ? 'PasswordLimitError' : 'PasswordFormatError';
    await expect(verify('p', stored)).rejects.toMatchObject({ name });
    await expect(verify('p', stored)).rejects.toBeInstanceOf(PasswordFormatError);
  });

  it('shows neither itself nor the password in the message', () => {
    const marks = ['c2FsdHNhbHRzYWx0c2FsdA', 'AAAAAAAA', '00000000', 'ssss', 'hunter2'];
    for (const [what, stored] of HOSTILE) {
      try {
        verifySync('hunter2', stored);
      } catch (error) {
        for (const mark of marks) expect((error as Error).message, what).not.toContain(mark);
        expect((error as Error).message.length, what).toBeLessThan(400);
      }
    }
  });
});

describe('maxIterations', () => {
  it('lets more through, or less', () => {
    const stored = hashSync('p', { iterations: 2000 });
    expect(verifySync('p', stored, { maxIterations: 2000 })).toBe(true);
    expect(() => verifySync('p', stored, { maxIterations: 1999 })).toThrow(PasswordLimitError);
    expect(() => needsRehash(stored, { iterations: 10, maxIterations: 1999 })).toThrow(
      'it asks for 2000 iterations, the limit is 1999 (maxIterations)',
    );
    const many = { iterations: 10_000_001, maxIterations: 10_000_001 };
    const slow = stored.replace('i=2000', 'i=10000001');
    expect(() => needsRehash(slow)).toThrow(PasswordLimitError);
    expect(needsRehash(slow, many)).toBe(false);
  });
});

describe('PasswordLimitError', () => {
  it('is a PasswordFormatError, and both are what they say', () => {
    const error = new PasswordLimitError('why');
    expect(error).toBeInstanceOf(PasswordFormatError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'PasswordLimitError', code: LIMIT, message: 'why' });
    expect(new PasswordFormatError('x')).toMatchObject({
      name: 'PasswordFormatError',
      code: FORMAT,
    });
  });
});

/** Strings of every format, cheap to verify. */
function samples(): string[] {
  const formats = ['phc', 'passlib', 'django', 'werkzeug', 'aspnet'] as const;
  const strings = formats.map((format) => hashSync('p', { format, iterations: 1 }));
  return [...strings, hashSync('p', { algorithm: 'pbkdf2-sha512', iterations: 1 })];
}

/** True, false, or the error's code; anything but a typed error is thrown on. */
function outcome(stored: string): boolean | string {
  try {
    needsRehash(stored, { maxIterations: 5000, iterations: 1 });
    return verifySync('p', stored, { maxIterations: 5000 });
  } catch (error) {
    if (error instanceof PasswordFormatError) return error.code;
    throw error;
  }
}

describe('any string', () => {
  const random = new Random('password strings');
  const alphabet = Array.from(
    '$$$,,==:_.+/iIlL0123456789abcdefABCDEFpbkdf2-sha1sha256sha512AQ \n\0é\ud800🔑',
  );

  function someText(): string {
    return Array.from({ length: random.below(40) }, () => random.pick(alphabet)).join('');
  }

  function mutated(stored: string): string {
    const at = random.below(stored.length + 1);
    const character = random.pick(alphabet);
    switch (random.below(6)) {
      case 0:
        return stored.slice(0, at) + character + stored.slice(at + 1);
      case 1:
        return stored.slice(0, at) + character + stored.slice(at);
      case 2:
        return stored.slice(0, at) + stored.slice(at + 1 + random.below(3));
      case 3:
        return stored.slice(0, at);
      case 4:
        return stored.slice(0, at) + someText() + stored.slice(at);
      default:
        return stored.slice(at) + stored.slice(0, at);
    }
  }

  it('of random characters is a typed error', () => {
    for (let count = 0; count < 5000; count++) {
      const prefix = random.pick([
        '',
        '',
        '$pbkdf2-sha256$',
        '$pbkdf2',
        'pbkdf2_',
        'pbkdf2:',
        'AQAA',
      ]);
      const stored = prefix + (random.below(2) ? someText() : random.bytes(30).toString('latin1'));
      expect(outcome(stored), JSON.stringify(stored)).toMatch(/^ERR_PASSWORD_/);
    }
  });

  /**
   * Whether it says no less than a valid string says: that string, or a PHC string without its `l`, one of passlib with
   * '+' for '.', or one of ASP.NET with fewer bytes of the hash, which nothing in it counts.
   */
  function isVariant(stored: string, valid: string): boolean {
    if (valid.startsWith('AQA')) {
      const bytes = Buffer.from(stored, 'base64');
      return Buffer.from(valid, 'base64').subarray(0, bytes.length).equals(bytes);
    }
    return (
      valid === stored ||
      valid.replace(/,l=\d+/, '') === stored ||
      (valid.startsWith('$pbkdf2-sha256$1$') && valid === stored.replaceAll('+', '.'))
    );
  }

  it('that is one change away from a valid one is wrong, or a typed error, or as good', () => {
    const valid = samples();
    const answers = new Set<boolean | string>();
    for (let count = 0; count < 20_000; count++) {
      const stored = mutated(random.pick(valid));
      const answer = outcome(stored);
      answers.add(answer);
      if (answer !== true) continue;
      expect(
        valid.some((each) => isVariant(stored, each)),
        JSON.stringify(stored),
      ).toBe(true);
    }
    expect([...answers].map(String).toSorted()).toEqual([FORMAT, LIMIT, 'false', 'true']);
  });

  it('that is a valid one is still right', () => {
    for (const stored of samples()) expect(outcome(stored)).toBe(true);
  });

  it('does not take long, whatever it repeats', () => {
    for (const part of [
      '$',
      '$pbkdf2',
      '=',
      'i=',
      ',',
      ':',
      '0',
      'A',
      '$pbkdf2$=',
      '\ud800',
      'pbkdf2_$',
    ])
      for (const prefix of ['', '$pbkdf2-sha256$', 'pbkdf2_sha256$', 'pbkdf2:', 'AQAA'])
        expect(outcome(prefix + part.repeat(4000 / part.length))).toMatch(/^ERR_PASSWORD_/);
  });
});
