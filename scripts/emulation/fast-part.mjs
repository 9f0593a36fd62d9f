// The part of the tests that also runs in slow environments: in an emulator and under Wine.

/** The files of test/api without other programs and heavy computation; prefixes of paths. */
export const FAST_PART = [
  'hashlib',
  'hmac',
  'os',
  'pbkdf2',
  'scrypt',
  'secrets',
  'password',
  'ssl-',
  'socket-',
  'server',
].map((name) => `test/api/${name}`);
