/**
 * Node.js for Windows under Wine, with a machine of its own (a prefix) that is thrown away: the addon for Windows runs in
 * it. Nothing of it is needed for the other tests, so what is missing is a skip with its reason.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { withTimeout } from '../../helpers/collect.js';
import { cleanEnv, hasPeer, peerPath } from '../../helpers/peers.js';
import { TempDirectory } from '../../helpers/temp.js';

const repoRoot = resolve(import.meta.dirname, '..', '..', '..');
const TIMEOUT = 240_000;

/** The addon that runs: HERMETIC_TEST_WINDOWS_BINARY, or the prebuilt one. */
const addon = resolve(
  process.env['HERMETIC_TEST_WINDOWS_BINARY'] ??
    join(repoRoot, 'prebuilds', 'win32-x64', 'hermetic_ssl.node'),
);

/** Why nothing can run, or null. */
export const whyNoWindows: string | null = !hasPeer('wine64')
  ? 'needs wine64, which was not found or does not run'
  : existsSync(addon)
    ? null
    : 'needs the addon for Windows: node scripts/prebuild.mjs --target win32-x64';

interface PinnedPackage {
  readonly ensurePinnedPackage: (
    name: string,
    options: { anyPlatform: boolean },
  ) => Promise<string>;
}

async function windowsNode(): Promise<string> {
  const file = join(repoRoot, 'scripts', 'lib', 'pinned-package.mjs');
  const { ensurePinnedPackage } = (await import(file)) as PinnedPackage;
  return join(await ensurePinnedPackage('node-win', { anyPlatform: true }), 'bin', 'node.exe');
}

/** Returns the Windows path of a file of this machine. */
export const windowsPath = (path: string): string => `Z:${path.replaceAll('/', '\\')}`;

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Windows {
  private constructor(
    private readonly folder: TempDirectory,
    private readonly node: string,
  ) {}

  static async start(): Promise<Windows> {
    const folder = await TempDirectory.create('hermetic-ssl-wine-');
    const windows = new Windows(folder, await windowsNode());
    await windows.succeed('wineboot', '-i');
    return windows;
  }

  /** Runs a module of children/ and gives what it printed, as JSON. `input` reaches it as a file of JSON. */
  async ask(child: string, input: unknown): Promise<unknown> {
    const file = await this.folder.write('input.json', JSON.stringify(input));
    const script = join(import.meta.dirname, '..', 'children', child);
    return JSON.parse(await this.succeed(this.node, windowsPath(script), windowsPath(file)));
  }

  /** A file of the machine that has this content. */
  write(name: string, content: string | Uint8Array): Promise<string> {
    return this.folder.write(name, content);
  }

  /** Adds a file of registry entries, as a double click on it would. */
  async importRegistry(file: string): Promise<void> {
    await this.succeed('regedit', '/S', windowsPath(file));
  }

  async close(): Promise<void> {
    // Of this prefix only; its processes would write into the folder that goes.
    await this.run(join(dirname(peerPath('wine64')), 'wineserver'), ['--kill', '--wait']);
    await this.folder.close();
  }

  private async succeed(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(peerPath('wine64'), args);
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`);
    return stdout;
  }

  // Output goes into files: Node under Wine cannot write to a pipe.
  private async run(program: string, args: readonly string[]): Promise<Finished> {
    const paths = ['stdout', 'stderr'].map((name) => this.folder.join(name));
    const files = await Promise.all(paths.map((path) => open(path, 'w')));
    const [out, err] = files.map(({ fd }) => fd);
    const child = spawn(program, args, {
      cwd: repoRoot,
      env: cleanEnv({
        WINEPREFIX: this.folder.join('prefix'),
        WINEDEBUG: '-all',
        WINEDLLOVERRIDES: 'mscoree,mshtml,winemenubuilder.exe=',
        NODE_SKIP_PLATFORM_CHECK: '1',
        HERMETIC_SSL_BINARY: windowsPath(addon),
      }),
      stdio: ['ignore', out, err],
    });
    const exit = new Promise<number | null>((settle, reject) => {
      child.once('error', reject);
      child.once('exit', settle);
    });
    try {
      const code = await withTimeout(exit, { timeout: TIMEOUT, what: args.join(' ') });
      const [stdout = '', stderr = ''] = await Promise.all(paths.map((p) => readFile(p, 'utf8')));
      return { code, stdout, stderr };
    } finally {
      child.kill('SIGKILL');
      await Promise.all(files.map((file) => file.close()));
    }
  }
}
