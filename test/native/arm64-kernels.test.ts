// The PBKDF2 engines of arm64, cross-compiled and run under emulation on any Linux machine that has the tools.
import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { TempDirectory } from '../helpers/temp.js';

const root = path.resolve(import.meta.dirname, '..', '..');
const COMPILER = 'aarch64-linux-gnu-g++';
const EMULATOR = 'qemu-aarch64-static';
const SOURCES = [
  'test/native/arm64_kernels.cc',
  'native/kdf/cpu.cc',
  'native/kdf/engine_armv8.cc',
  'native/kdf/engine_neon.cc',
];
/** Of each digest. */
const NUM_VECTORS = 200;

const missing = [COMPILER, EMULATOR, 'python3'].filter(
  (tool) => spawnSync(tool, ['--version']).error !== undefined,
);

describe('the PBKDF2 kernels of arm64', () => {
  if (missing.length > 0) {
    it.skip(
      `are not run: ${missing.join(' and ')} missing (packages g++-aarch64-linux-gnu, qemu-user-static)`,
    );
    return;
  }
  let folder: TempDirectory;
  let program: string;
  let vectors: string;

  beforeAll(async () => {
    folder = await TempDirectory.create('arm64 kernels ');
    program = folder.join('kernels');
    vectors = folder.join('vectors.txt');
    const flags = ['-std=c++20', '-O2', '-Wall', '-Wextra', '-Werror', '-I.', '-static'];
    execFileSync(COMPILER, [...flags, ...SOURCES, '-o', program], { cwd: root });
    const generator = path.join(import.meta.dirname, 'kernel_vectors.py');
    execFileSync('python3', [generator, vectors, String(NUM_VECTORS)]);
  }, 120_000);
  afterAll(() => folder.close());

  function run(cpu: string): { status: number | null; lines: string[] } {
    const { status, stdout } = spawnSync(EMULATOR, ['-cpu', cpu, program, vectors], {
      encoding: 'utf8',
    });
    return { status, lines: stdout.trim().split('\n') };
  }

  it('agree with hashlib on a processor that has every instruction', { timeout: 120_000 }, () => {
    const { status, lines } = run('max');
    expect(lines.filter((line) => line.includes('blocks, 0 wrong'))).toHaveLength(lines.length - 1);
    expect(lines[0]).toBe('neon 1 sha1_sha2 1 sha512 1');
    expect(lines.length).toBe(24);
    expect(status).toBe(0);
  });

  it('agree with hashlib on one without SHA-512 instructions', { timeout: 120_000 }, () => {
    const { status, lines } = run('cortex-a53');
    expect(lines[0]).toBe('neon 1 sha1_sha2 1 sha512 0');
    expect(lines).toContain('armv8.2 does not run here');
    expect(lines.filter((line) => line.includes('blocks, 0 wrong'))).toHaveLength(lines.length - 2);
    expect(status).toBe(0);
  });
});
