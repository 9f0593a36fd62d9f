// The part of the tests that also runs in slow environments: in an emulator and under Wine.

/** The files of test/api without other programs and heavy computation; folders. */
export const FAST_PART = ['hashlib', 'os', 'password', 'pbkdf2', 'server', 'socket', 'ssl'].map(
  (name) => `test/api/${name}/`,
);
