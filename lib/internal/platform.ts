// The present platform, in the names of the packages that carry the addon.
import { closeSync, openSync, readSync } from 'node:fs';

/** The platforms that a binary is published for; scripts/prebuild/targets.mjs says how each is made. */
const PUBLISHED: readonly string[] = [
  'darwin-arm64',
  'darwin-x64',
  'linux-arm64-gnu',
  'linux-arm64-musl',
  'linux-x64-gnu',
  'linux-x64-musl',
  'win32-arm64',
  'win32-x64',
];

/** The present platform. */
export interface Platform {
  /** For example linux-x64-gnu; linux-x64 if the C library is unknown. */
  readonly name: string;
  /** The platforms whose packages may fit: one, or those of both C libraries; empty if nothing is published. */
  readonly published: readonly string[];
}

const START_OF_PROGRAM = 4096;

/**
 * Returns the C library that the running program was made for: the start of its file names its loader. A musl system
 * would also load a binary for glibc, and fail later.
 * @returns undefined if the file cannot be read, or names neither
 */
function libraryOfProgram(): 'gnu' | 'musl' | undefined {
  const start = Buffer.alloc(START_OF_PROGRAM);
  try {
    const file = openSync(process.execPath, 'r');
    try {
      readSync(file, start, 0, START_OF_PROGRAM, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined; // for example node --permission, which may not read it
  }
  if (start.includes('/ld-musl-')) return 'musl';
  return start.includes('/ld-linux') ? 'gnu' : undefined;
}

/** Returns the present platform. */
export function presentPlatform(): Platform {
  const machine = `${process.platform}-${process.arch}`;
  const library = process.platform === 'linux' ? libraryOfProgram() : undefined;
  const name = library === undefined ? machine : `${machine}-${library}`;
  const candidates = [name, ...(library === undefined ? [`${name}-gnu`, `${name}-musl`] : [])];
  return { name, published: candidates.filter((candidate) => PUBLISHED.includes(candidate)) };
}
