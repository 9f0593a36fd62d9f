// The derivations of all sections, and their names.
export const ITERATIONS = 10_000;

export const HASHES = [
  { hash: 'sha1', title: 'SHA-1' },
  { hash: 'sha256', title: 'SHA-256' },
  { hash: 'sha512', title: 'SHA-512' },
];

/** A window of worker/window.mjs without its count: output of one hash, unless `more` says otherwise. */
export const scenario = (hash, concurrency, more = {}) => ({
  ...{ hash, concurrency, mode: 'async', iterations: [ITERATIONS] },
  ...more,
});
