// The binaries for macOS, made by scripts/prebuild.mjs on Linux: read as its loader would read them, since nothing here
// can run them. The test is skipped without a binary in prebuilds/.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { readCodeSignature, wrongPages } from '../helpers/code-signature.js';
import { readMachO, type MachO } from '../helpers/mach-o.js';
import { ENTRY_POINTS } from './support/hermeticity.js';
import { repoRoot } from './support/paths.js';

const { symbols } = createRequire(import.meta.url)('node-api-headers') as {
  symbols: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
};

const MAX_SIZE = 6_000_000;
const SYSTEM_LIBRARY = '/usr/lib/libSystem.B.dylib';
/** Of Apple's processors; those of Intel have 4096, and take these as well. */
const PAGE = 16_384;

describe.each(['x64', 'arm64'] as const)('prebuilds/darwin-%s', (cpu) => {
  const file = join(repoRoot, 'prebuilds', `darwin-${cpu}`, 'hermetic_ssl.node');
  const isThere = existsSync(file);
  let bytes: Buffer;
  let found: MachO;
  beforeAll(() => {
    if (!isThere) return;
    bytes = readFileSync(file);
    found = readMachO(bytes);
  });
  beforeEach(({ skip }) => {
    if (!isThere) skip(`node scripts/prebuild.mjs --target darwin-${cpu} makes it`);
  });

  it('is a bundle for macOS 11, small, and offers the entry points only', () => {
    expect(found).toMatchObject({ cpu, type: 'bundle', oldestSystem: '11.0' });
    expect(found.exports).toEqual(ENTRY_POINTS);
    expect(found.numOtherSymbols).toBe(0);
    expect(bytes.length).toBeLessThanOrEqual(MAX_SIZE);
  });

  it("needs the system's library and Node-API 8, nothing else", () => {
    expect(found.libraries).toEqual([SYSTEM_LIBRARY]);
    expect(found.searchPaths).toEqual([]);
    const ofHost = found.imports.filter(({ from }) => from !== SYSTEM_LIBRARY);
    expect(new Set(ofHost.map(({ from }) => from))).toEqual(new Set(['any']));
    const nodeApi = new Set(Object.values(symbols['v8'] ?? {}).flat());
    expect(ofHost.map(({ name }) => name).filter((name) => !nodeApi.has(name))).toEqual([]);
    expect(ofHost.map(({ name }) => name)).toContain('napi_create_function');
  });

  it('has no memory that is both written and run, and every segment on a page', () => {
    expect(found.segments.filter((each) => each.isWritable && each.isExecutable)).toEqual([]);
    expect(found.segments.filter((each) => each.isExecutable).map(({ name }) => name)).toEqual([
      '__TEXT',
    ]);
    const size = cpu === 'arm64' ? PAGE : PAGE / 4;
    for (const { name, address, offset } of found.segments)
      expect([address % size, offset % size], name).toEqual([0, 0]);
  });

  // macOS does not load code for arm64 without a signature, which may be without a signer, and ends a process at the first
  // page that differs from the signed one.
  it('is signed, without a signer, after it was stripped', () => {
    const { offset = 0, length = 0 } = found.signature ?? {};
    expect(offset + length).toBe(bytes.length);
    const signature = readCodeSignature(bytes.subarray(offset));
    expect(signature).toMatchObject({ isAdHoc: true, hasSigner: false, hash: 'sha256' });
    expect(signature.codeLimit).toBe(offset);
    const code = found.segments.find(({ name }) => name === '__TEXT');
    expect(signature.executable).toEqual({ offset: code?.offset, length: code?.length });
    expect(wrongPages(bytes, signature)).toEqual([]);

    const changed = Buffer.from(bytes);
    changed[offset - 1]! ^= 1;
    changed[3 * signature.pageSize]! ^= 1;
    expect(wrongPages(changed, signature)).toEqual([3, Math.ceil(offset / signature.pageSize) - 1]);
  });
});
