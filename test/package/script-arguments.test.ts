// Scripts answer an option that they do not know, and a folder that will not do, with a sentence, not with a stack.
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { repoRoot } from './support/paths.js';
import { run } from './support/run.js';

const SCRIPTS = [
  'build',
  'fleet',
  'fuzz',
  'generate-api',
  'hostile-peers',
  'generate-constants',
  'generate-kernels',
  'lint',
  'openssl/build',
  'openssl/link',
  'openssl/status',
  'openssl/update',
  'soak',
];

describe.each(SCRIPTS)('scripts/%s.mjs', (name) => {
  it('names an unknown option, and says where to look', async () => {
    const script = path.join(repoRoot, 'scripts', `${name}.mjs`);
    const { code, output } = await run(process.execPath, [script, '--nonsense']);
    expect(code).toBe(1);
    expect(output).toMatch(/^\nerror: Unknown option '--nonsense'/);
    expect(output).toMatch(/lists what there is\n$|usage: /);
    expect(output).not.toMatch(/^\s+at /m);
  });
});

describe('scripts/prebuild.mjs', () => {
  const canMake = process.platform === 'linux' && process.arch === 'x64';
  it.skipIf(!canMake)(
    'refuses a cache folder with a blank in its path (makes binaries on Linux on x64 only)',
    async () => {
      const script = path.join(repoRoot, 'scripts', 'prebuild.mjs');
      const { code, output } = await run(process.execPath, [script], {
        env: { XDG_CACHE_HOME: '/nowhere/my cache' },
      });
      expect(code).toBe(1);
      expect(output).toContain('blank in its path: /nowhere/my cache/hermetic-ssl\n');
    },
  );
});
