// password.needsRehash: when a stored string falls short of a policy.
import { hashSync, needsRehash } from 'hermetic-ssl/password';
import type { Policy } from 'hermetic-ssl/password';
import { describe, expect, it } from 'vitest';

import { typeError, valueError } from '../../helpers/expected-errors.js';

/** Makes a string by `made` with one iteration, but writes `iterations` into it, so that no test waits for 600,000. */
function written(made: Policy, iterations: number): string {
  return hashSync('p', { ...made, iterations: 1 }).replace('i=1,', `i=${iterations},`);
}

describe('needsRehash', () => {
  it('is false for what hash makes by default', () => {
    expect(needsRehash(hashSync('p'))).toBe(false);
    expect(needsRehash(hashSync('p'), null)).toBe(false);
    expect(needsRehash(hashSync('p'), {})).toBe(false);
  });

  it('is true below the default iterations, and false from there on', () => {
    expect(needsRehash(written({}, 599_999))).toBe(true);
    expect(needsRehash(written({}, 600_000))).toBe(false);
    expect(needsRehash(written({}, 9_000_000))).toBe(false);
    const algorithm = 'pbkdf2-sha512';
    expect(needsRehash(written({ algorithm }, 219_999), { algorithm })).toBe(true);
    expect(needsRehash(written({ algorithm }, 220_000), { algorithm })).toBe(false);
  });

  it("goes by the policy's iterations", () => {
    const stored = written({}, 700_000);
    expect(needsRehash(stored, { iterations: 700_001 })).toBe(true);
    expect(needsRehash(stored, { iterations: 700_000 })).toBe(false);
    expect(needsRehash(stored, { iterations: 1 })).toBe(false);
  });

  it('is true for another algorithm, in both directions, and for SHA-1', () => {
    const stored = written({ algorithm: 'pbkdf2-sha512' }, 5_000_000);
    expect(needsRehash(stored)).toBe(true);
    expect(needsRehash(written({}, 5_000_000), { algorithm: 'pbkdf2-sha512' })).toBe(true);
    const sha1 = '$pbkdf2$i=5000000,l=20$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAA';
    expect(needsRehash(sha1)).toBe(true);
  });

  it('is true for a shorter salt than the policy has', () => {
    const stored = written({ saltLength: 16 }, 600_000);
    expect(needsRehash(stored, { saltLength: 17 })).toBe(true);
    expect(needsRehash(written({ saltLength: 17 }, 600_000), { saltLength: 17 })).toBe(false);
    const short = '$pbkdf2-sha256$i=600000$AAAAAAAAAAAAAAAAAAAA$';
    expect(needsRehash(short + 'A'.repeat(43))).toBe(true);
  });

  it("is true for a hash shorter than its digest, false for PHC strings without the parameter 'l'", () => {
    const salt = 'c2FsdHNhbHRzYWx0c2FsdA';
    expect(needsRehash(`$pbkdf2-sha256$i=600000$${salt}$${'A'.repeat(42)}`)).toBe(true);
    expect(needsRehash(`$pbkdf2-sha256$i=600000$${salt}$${'A'.repeat(43)}`)).toBe(false);
    expect(needsRehash(`$pbkdf2-sha256$i=600000$${salt}$${'A'.repeat(86)}`)).toBe(false);
  });

  it('is true for every other format, unless the policy names it', () => {
    for (const format of ['passlib', 'django', 'werkzeug', 'aspnet'] as const) {
      const policy = { format, iterations: 5 };
      const stored = hashSync('p', policy);
      expect(needsRehash(stored, { iterations: 5 })).toBe(true);
      expect(needsRehash(stored, policy)).toBe(false);
      expect(needsRehash(stored, { ...policy, iterations: 6 })).toBe(true);
      expect(needsRehash(hashSync('p', { iterations: 5 }), policy)).toBe(true);
    }
  });

  it('counts a salt of text as Django does, by the letters and digits that it may be of', () => {
    const hash = `${'A'.repeat(43)}=`;
    const policy = { format: 'django', iterations: 1000 } as const;
    // 22 characters are 131 bits, 21 are 125.
    expect(needsRehash(`pbkdf2_sha256$1000$${'s'.repeat(22)}$${hash}`, policy)).toBe(false);
    expect(needsRehash(`pbkdf2_sha256$1000$${'s'.repeat(21)}$${hash}`, policy)).toBe(true);
  });

  it('looks at no password, and hashes nothing', () => {
    const stored = written({}, 10_000_000);
    for (let count = 0; count < 1000; count++) expect(needsRehash(stored)).toBe(false);
  });

  it('refuses wrong arguments', () => {
    const any = (value: unknown) => value as never;
    expect(() => needsRehash(any(1))).toThrow(typeError('stored must be a string'));
    expect(() => needsRehash(written({}, 1), any('x'))).toThrow(typeError('options must be'));
    expect(() => needsRehash(written({}, 1), any({ signal: 1 }))).toThrow(
      typeError("unknown option 'signal'"),
    );
    expect(() => needsRehash(written({}, 1), { iterations: 0 })).toThrow(valueError('iterations'));
  });
});
