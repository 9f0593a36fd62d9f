// The part of the tests that also runs where a run takes long: in an emulator and under Wine.

/** Of test/api, what needs no other program and no benchmark's worth of computing; beginnings of paths. */
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
