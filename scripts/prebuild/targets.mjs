// The list of the platforms that have a published binary. A platform's package has its key as its name, below
// PACKAGE_SCOPE.

/** Every platform package is PACKAGE_SCOPE/key. */
export const PACKAGE_SCOPE = '@hermetic-ssl';

/**
 * @typedef {object} Target
 * @property {string} os as process.platform and the package's `os` have it
 * @property {string} cpu as process.arch and the package's `cpu` have it
 * @property {'glibc' | 'musl'} [libc] the package's `libc`
 * @property {string} zig the compiler's target; it names the oldest supported glibc or macOS
 * @property {string} openssl the recipe in deps/openssl/configure.json
 * @property {string} system CMake's name of the operating system
 * @property {string} processor CMake's name of the processor
 */

// Node's own binaries have needed glibc 2.28 since Node 18.
/** @type {Readonly<Record<string, Target>>} */
export const TARGETS = {
  'linux-x64-gnu': {
    os: 'linux',
    cpu: 'x64',
    libc: 'glibc',
    zig: 'x86_64-linux-gnu.2.28',
    openssl: 'linux-x64',
    system: 'Linux',
    processor: 'x86_64',
  },
  'linux-x64-musl': {
    os: 'linux',
    cpu: 'x64',
    libc: 'musl',
    zig: 'x86_64-linux-musl',
    openssl: 'linux-x64',
    system: 'Linux',
    processor: 'x86_64',
  },
  'linux-arm64-gnu': {
    os: 'linux',
    cpu: 'arm64',
    libc: 'glibc',
    zig: 'aarch64-linux-gnu.2.28',
    openssl: 'linux-arm64',
    system: 'Linux',
    processor: 'aarch64',
  },
  'linux-arm64-musl': {
    os: 'linux',
    cpu: 'arm64',
    libc: 'musl',
    zig: 'aarch64-linux-musl',
    openssl: 'linux-arm64',
    system: 'Linux',
    processor: 'aarch64',
  },
  'win32-x64': {
    os: 'win32',
    cpu: 'x64',
    zig: 'x86_64-windows-gnu',
    openssl: 'win32-x64',
    system: 'Windows',
    processor: 'AMD64',
  },
  'win32-arm64': {
    os: 'win32',
    cpu: 'arm64',
    zig: 'aarch64-windows-gnu',
    openssl: 'win32-arm64',
    system: 'Windows',
    processor: 'ARM64',
  },
  'darwin-x64': {
    os: 'darwin',
    cpu: 'x64',
    zig: 'x86_64-macos.11.0',
    openssl: 'darwin-x64',
    system: 'Darwin',
    processor: 'x86_64',
  },
  'darwin-arm64': {
    os: 'darwin',
    cpu: 'arm64',
    zig: 'aarch64-macos.11.0',
    openssl: 'darwin-arm64',
    system: 'Darwin',
    processor: 'arm64',
  },
};

/** Returns the target that this machine itself can load. */
export function hostTarget() {
  const isMusl =
    process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
  const libc = { glibc: '-gnu', musl: '-musl' };
  const suffix = process.platform === 'linux' ? libc[isMusl ? 'musl' : 'glibc'] : '';
  const key = `${process.platform}-${process.arch}${suffix}`;
  return Object.hasOwn(TARGETS, key) ? key : null;
}
