// Missing tools are named before a build starts, with the package to install.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  load,
  makeSandbox,
  pinFakeSource,
  restrictedPath,
  run,
  timesBuilt,
  type Sandbox,
} from './openssl-fixtures.js';

interface Tools {
  requireTools: (names: string[], env?: NodeJS.ProcessEnv) => void;
}

const ALL = ['perl', 'make', 'cc', 'ar', 'as', 'ld', 'tar', 'gzip', 'sh'];
let sandbox: Sandbox;

beforeEach(() => {
  sandbox = makeSandbox();
});
afterEach(() => sandbox.remove());

const without = (...missing: string[]): NodeJS.ProcessEnv => ({
  ...sandbox.env,
  PATH: restrictedPath(
    sandbox,
    ALL.filter((name) => !missing.includes(name)),
  ),
});

describe('a missing tool', () => {
  it('is named with its package before the build starts', async () => {
    pinFakeSource(sandbox);
    const { status, stderr } = await run('openssl/build.mjs', [], without('make', 'perl'));
    expect(status).toBe(1);
    expect(stderr).toContain('perl: not found on PATH: perl');
    expect(stderr).toContain('make: not found on PATH: make, gmake');
    expect(stderr).toContain(
      'apt-get install make (Debian, Ubuntu), dnf install make (Fedora), apk add make (Alpine)',
    );
    expect(stderr).not.toContain('unpacking');
    expect(timesBuilt(sandbox)).toBe(0);
  });

  it('is a C compiler: named although nothing else can be asked without it', async () => {
    pinFakeSource(sandbox);
    const { status, stderr } = await run('openssl/build.mjs', [], without('cc'));
    expect(status).toBe(1);
    expect(stderr).toContain('cc: not found on PATH: cc, gcc, clang');
    expect(stderr).toContain('gcc libc6-dev');
  });

  it('is a C++ compiler, or python for node-gyp', async () => {
    const { requireTools } = await load<Tools>('../lib/tools.mjs');
    const env = without();
    expect(() => requireTools(['c++', 'python3'], env)).toThrow(
      /c\+\+: not found[^]*g\+\+[^]*python3: not found/,
    );
  });

  it('is the compiler that CC names', async () => {
    const { requireTools } = await load<Tools>('../lib/tools.mjs');
    expect(() => requireTools(['cc'], { ...without(), CC: 'no-such-compiler -m64' })).toThrow(
      'no-such-compiler -m64 (from CC)',
    );
  });

  it('is a perl without its modules', async () => {
    const { requireTools } = await load<Tools>('../lib/tools.mjs');
    const env = without('perl');
    fs.writeFileSync(
      path.join(env['PATH'] ?? '', 'perl'),
      '#!/bin/sh\nprintf "FindBin IPC::Cmd "\n',
      { mode: 0o755 },
    );
    expect(() => requireTools(['perl'], env)).toThrow(/lacks its modules FindBin, IPC::Cmd/);
  });

  it('is a compiler without the headers of the C library', async () => {
    const { requireTools } = await load<Tools>('../lib/tools.mjs');
    const env = without('cc');
    fs.writeFileSync(
      path.join(env['PATH'] ?? '', 'cc'),
      '#!/bin/sh\necho "fatal error: stdio.h: No such file" >&2\nexit 1\n',
      { mode: 0o755 },
    );
    expect(() => requireTools(['cc'], env)).toThrow(
      /cannot compile a file that includes <stdio\.h>: fatal error/,
    );
  });

  it('is not reported when all are there', async () => {
    const { requireTools } = await load<Tools>('../lib/tools.mjs');
    expect(() =>
      requireTools(['perl', 'make', 'cc', 'ar', 'tar', 'gzip'], without()),
    ).not.toThrow();
  });
});
