/** Stored passwords: the strings of other programs verify here, and ours verify there. */
import { hash, hashSync, needsRehash, verify } from 'hermetic-ssl/password';
import { describe, expect, it } from 'vitest';

import {
  ask,
  PASSWORD_PEERS,
  skipWithout,
  type Digest,
  type PasswordPeer,
} from './support/password-peers.js';

const PASSWORDS = [
  'correct horse battery staple',
  '',
  ' ',
  'pässword €',
  'pa\u0308ssword', // decomposed: another password than the one before, everywhere
  'пароль パスワード 🔑',
  '$pbkdf2$:,=',
  'with\0NUL',
  'x'.repeat(64), // a block of SHA-1 and SHA-256
  'x'.repeat(65),
  'é'.repeat(2000), // passlib takes no more than 4096 characters
];
const ITERATIONS = [1, 2, 1000];

const cases = (digests: readonly Digest[]) =>
  digests.flatMap((digest) =>
    PASSWORDS.flatMap((password) =>
      ITERATIONS.map((iterations) => ({ digest, password, iterations })),
    ),
  );

const algorithmOf = (digest: Digest) => `pbkdf2-${digest}` as 'pbkdf2-sha256' | 'pbkdf2-sha512';

/** Our strings for every case that `hash` can make, with the password of each. */
function ours(peer: PasswordPeer): Promise<{ password: string; stored: string }[]> {
  const { format } = peer;
  const made = cases(peer.digests.filter((digest) => digest !== 'sha1'));
  return Promise.all(
    made.map(async ({ digest, password, iterations }) => {
      const policy = { format, algorithm: algorithmOf(digest), iterations };
      return { password, stored: await hash(password, policy) };
    }),
  );
}

describe.for(PASSWORD_PEERS)('strings of $name', (peer) => {
  it.for(peer.digests)('verify here, with %s', async (digest, test) => {
    skipWithout(test, peer);
    const asked = cases([digest]);
    const strings = ask(
      peer,
      asked.map(({ password, iterations }) => ({ hash: password, digest, iterations })),
    ) as string[];
    expect(strings).toHaveLength(asked.length);
    for (const [index, stored] of strings.entries()) {
      const { password = '', iterations = 0 } = asked[index] ?? {};
      expect(await verify(password, stored), stored).toBe(true);
      expect(await verify(`${password}!`, stored), stored).toBe(false);
      // SHA-1 is below every policy; of the others, only Werkzeug's salts of 16 letters hold less than 16 bytes.
      const algorithm = algorithmOf(digest === 'sha1' ? 'sha256' : digest);
      if (peer.format === 'aspnet' && digest === 'sha512') continue; // a hash of 32 bytes
      expect(needsRehash(stored, { format: peer.format, algorithm, iterations }), stored).toBe(
        digest === 'sha1' || peer.format === 'werkzeug',
      );
    }
  });
});

describe.for(PASSWORD_PEERS)('our strings, $name', (peer) => {
  it('verify there', async (test) => {
    skipWithout(test, peer);
    const made = await ours(peer);
    const answers = ask(
      peer,
      made.map(({ password, stored }) => ({ verify: password, stored })),
    );
    for (const [index, { stored }] of made.entries()) expect(answers[index], stored).toBe(true);
    expect(answers).toHaveLength(made.length);
  });

  it('verify there with no other password', async (test) => {
    skipWithout(test, peer);
    const made = await ours(peer);
    const answers = ask(
      peer,
      made.map(({ password, stored }) => ({ verify: `${password}!`, stored })),
    );
    expect(answers).toEqual(made.map(() => false));
  });

  it('verify there as they are by default', (test) => {
    skipWithout(test, peer);
    const stored = hashSync('correct horse', { format: peer.format });
    const questions = [
      { verify: 'correct horse', stored },
      { verify: 'correct horsf', stored },
    ];
    expect(ask(peer, questions)).toEqual([true, false]);
  });
});
