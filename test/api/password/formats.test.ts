// The formats of other programs: strings that those programs made, and what `hash` writes for them.
import { hash, hashSync, needsRehash, verify, verifySync } from 'hermetic-ssl/password';
import type { Format } from 'hermetic-ssl/password';
import { describe, expect, it } from 'vitest';

const PASSWORD = 'pässword €';

/** Strings of other programs, for the password in the last column; [program, string, password]. */
const THEIRS: [string, string, string][] = [
  [
    'Django 3.2.25, SHA-256',
    'pbkdf2_sha256$1000$uAErlRhVNW33z8BP6iJYJ0$nJ7C8T23dHcfIgZdTKhfP6V4TgrNq8ZuTDGJFVJbmwQ=',
    PASSWORD,
  ],
  [
    'Django 3.2.25, SHA-1',
    'pbkdf2_sha1$1000$iqgkrqxp0JOG431wLH6yEi$dt103TKfDXgm5Gmi95sxsro97xo=',
    PASSWORD,
  ],
  [
    'passlib 1.7.4, SHA-1',
    '$pbkdf2$1000$nrMW4jyn9N5b6/0fQ.g9xw$UMQb9jt7QiL8SzrWLTM6ct7cY50',
    PASSWORD,
  ],
  [
    'passlib 1.7.4, SHA-256',
    '$pbkdf2-sha256$1000$R.hdKwWgVGqtNUZobS3FWA$F9Npk6fGMbBx/wxHQfA/MkO04fi1gV2h4/jXALDTL0o',
    PASSWORD,
  ],
  [
    'passlib 1.7.4, SHA-512',
    '$pbkdf2-sha512$1000$0FrLeY8R4nzP.Z.TMgZACA$N/ocQDY.MK6lAskW7cfMaSBIPsuoGJ6KY5lqxIixR7MI1FRzr9U2PjFBhZ5mnH41NjsecBYYVGfu1AwftF6WUQ',
    PASSWORD,
  ],
  [
    'Werkzeug 2.2.2, SHA-1',
    'pbkdf2:sha1:1000$uXIdvLSu6XxmoTVs$7a9b14b7f15856df26b54517f63194a94dadfe7f',
    PASSWORD,
  ],
  [
    'Werkzeug 2.2.2, its default',
    'pbkdf2:sha256:260000$aOvvq00ZpVP1a4yO$d839998050b399fd98caa5958cef94ac85e5c558855d080a18aa59d6be461a31',
    PASSWORD,
  ],
  [
    'Werkzeug 2.2.2, SHA-512',
    'pbkdf2:sha512:1000$WYb0qemnucCyi9jc$c8a6c9f3d9c52cd3e815549903a9b1d1eaae8243be39acd61185d106a80117db499d8488ca5ae4c39bd12b4882e2039819996920bf95aec80fc9a8606f2223b9',
    PASSWORD,
  ],
  [
    'npm @phc/pbkdf2 1.1.14, SHA-1',
    '$pbkdf2-sha1$i=1000$rEERNOEhNUGdrV2UfPiY6w$fYNK9OX4XyXdB1L00RQQkUF8628',
    PASSWORD,
  ],
  [
    'npm @phc/pbkdf2 1.1.14, SHA-256',
    '$pbkdf2-sha256$i=1000$tZbHM9UqS2SlgkEmWWDOOw$964qgf/uy6jt0Ow0TUyJztyD5/O9sydngn3ynb1Jh/I',
    PASSWORD,
  ],
  [
    'npm @phc/pbkdf2 1.1.14, SHA-512',
    '$pbkdf2-sha512$i=1000$5hG91ZFV5a9Wr1/emOXJmA$RsxTkF9HTeMaAbLOizsAUC9AuERjEKFAz9LlGsaVif3SzRUDhG73efc9OPmuYTbknhmY6DIeTK/hQGJGC5kxrg',
    PASSWORD,
  ],
  // RustCrypto/password-hashes, pbkdf2/tests/simple.rs: what its own test expects. Its SHA-1 is `pbkdf2`.
  [
    'the Rust crate pbkdf2, hash of 40 bytes',
    '$pbkdf2-sha256$i=4096,l=40$c2FsdFNBTFRzYWx0U0FMVHNhbHRTQUxUc2FsdFNBTFRzYWx0$NIyJ28vTKy8y2BS4EW6EzysXNH68GAAYHE4qH7jdU+HGNVGMfaxH6Q',
    'passwordPASSWORDpassword',
  ],
  // dotnet/aspnetcore (MIT licence), src/Identity/test/Identity.Test/PasswordHasherTest.cs: the values that its own
  // tests expect of PasswordHasher.
  [
    'ASP.NET Core Identity, SHA-256, 10,000 iterations',
    'AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==',
    'my password',
  ],
  [
    'ASP.NET Core Identity, SHA-1, 250 iterations, hash of 16 bytes',
    'AQAAAAAAAAD6AAAAEAhftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M',
    'my password',
  ],
  [
    'ASP.NET Core Identity, SHA-256, 250,000 iterations, salt of 32 bytes',
    'AQAAAAEAA9CQAAAAIESkQuj2Du8Y+kbc5lcN/W/3NiAZFEm11P27nrSN5/tId+bR1SwV8CO1Jd72r4C08OLvplNlCDc3oQZ8efcW+jQ=',
    'my password',
  ],
  [
    'ASP.NET Core Identity, SHA-512, 50 iterations, hash of 16 bytes',
    'AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw',
    'my password',
  ],
  [
    'ASP.NET Core Identity, SHA-512, salt of 32 bytes, hash of 64',
    'AQAAAAIAAAD6AAAAIJbVi5wbMR+htSfFp8fTw8N8GOS/Sje+S/4YZcgBfU7EQuqv4OkVYmc4VJl9AGZzmRTxSkP7LtVi9IWyUxX8IAAfZ8v+ZfhjCcudtC1YERSqE1OEdXLW9VukPuJWBBjLuw==',
    'my password',
  ],
];

describe('verify', () => {
  it.each(THEIRS)('reads a string of %s', async (_program, stored, password) => {
    expect(verifySync(password, stored)).toBe(true);
    expect(await verify(password, stored)).toBe(true);
    expect(verifySync(`${password}!`, stored)).toBe(false);
    expect(await verify('', stored)).toBe(false);
  });

  it("reads passlib's base64 with '+' as with '.', as passlib does", () => {
    const stored =
      '$pbkdf2-sha256$1000$R+hdKwWgVGqtNUZobS3FWA$F9Npk6fGMbBx/wxHQfA/MkO04fi1gV2h4/jXALDTL0o';
    expect(verifySync(PASSWORD, stored)).toBe(true);
  });

  it("reads RustCrypto's name of SHA-1 in a PHC string", () => {
    const stored = '$pbkdf2$i=1000,l=20$rEERNOEhNUGdrV2UfPiY6w$fYNK9OX4XyXdB1L00RQQkUF8628';
    expect(verifySync(PASSWORD, stored)).toBe(true);
  });

  it("answers false to the wrong hash of ASP.NET Core's own tests", () => {
    const stored = 'AQAAAAAAAAD6AAAAEAhftMyfTJyAAAAAAAAAAAAAAAAAAAih5WsjXaR3PA9M';
    expect(verifySync('my password', stored)).toBe(false);
    const longer = 'AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHwAAAAAAAAAAAA';
    expect(verifySync('my password', longer)).toBe(false);
  });

  it('distinguishes PHC strings from those of passlib, which begin alike', () => {
    const phc = hashSync('p', { iterations: 5 });
    const passlib = hashSync('p', { iterations: 5, format: 'passlib' });
    expect(phc.startsWith('$pbkdf2-sha256$i=5,l=32$')).toBe(true);
    expect(passlib.startsWith('$pbkdf2-sha256$5$')).toBe(true);
    expect(verifySync('p', phc)).toBe(true);
    expect(verifySync('p', passlib)).toBe(true);
  });
});

/** [format, algorithm, what a string looks like] */
const OURS: [Format, 'pbkdf2-sha256' | 'pbkdf2-sha512', RegExp][] = [
  ['phc', 'pbkdf2-sha256', /^\$pbkdf2-sha256\$i=3,l=32\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/],
  ['phc', 'pbkdf2-sha512', /^\$pbkdf2-sha512\$i=3,l=64\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{86}$/],
  ['passlib', 'pbkdf2-sha256', /^\$pbkdf2-sha256\$3\$[A-Za-z0-9./]{22}\$[A-Za-z0-9./]{43}$/],
  ['passlib', 'pbkdf2-sha512', /^\$pbkdf2-sha512\$3\$[A-Za-z0-9./]{22}\$[A-Za-z0-9./]{86}$/],
  ['django', 'pbkdf2-sha256', /^pbkdf2_sha256\$3\$[0-9a-f]{32}\$[A-Za-z0-9+/]{43}=$/],
  ['werkzeug', 'pbkdf2-sha256', /^pbkdf2:sha256:3\$[0-9a-f]{32}\$[0-9a-f]{64}$/],
  ['werkzeug', 'pbkdf2-sha512', /^pbkdf2:sha512:3\$[0-9a-f]{32}\$[0-9a-f]{128}$/],
  ['aspnet', 'pbkdf2-sha256', /^AQAAAAEAAAADAAAAE[A-Za-z0-9+/]{65}==$/],
  ['aspnet', 'pbkdf2-sha512', /^AQAAAAIAAAADAAAAE[A-Za-z0-9+/]{107}$/],
];

describe('hash', () => {
  it.each(OURS)('writes the format %s with %s', async (format, algorithm, pattern) => {
    const policy = { format, algorithm, iterations: 3 };
    // Many, because '+' and '/' are in some only.
    for (let count = 0; count < 50; count++) {
      const stored = hashSync(PASSWORD, policy);
      expect(stored).toMatch(pattern);
      expect(verifySync(PASSWORD, stored)).toBe(true);
      expect(verifySync(`${PASSWORD} `, stored)).toBe(false);
      expect(needsRehash(stored, policy)).toBe(false);
    }
    const stored = await hash(PASSWORD, policy);
    expect(stored).toMatch(pattern);
    expect(await verify(PASSWORD, stored)).toBe(true);
  });

  it('writes as much randomness into a salt of text as was asked for', () => {
    const policy = { format: 'django', iterations: 1, saltLength: 64 } as const;
    expect(hashSync('p', policy).split('$')[2]).toMatch(/^[0-9a-f]{128}$/);
  });
});
