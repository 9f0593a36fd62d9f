// A separate Windows under Wine (a prefix), in a folder that is removed with it.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { findOnPath } from '../../lib/tools.mjs';
import { UserError } from '../../lib/user-error.mjs';
import { makeWorkDir, removeTree } from '../../lib/work-dir.mjs';

/** Time limit for setting up Windows. */
const START_MS = 240_000;
const KILL_MS = 30_000;

/** The folder of Debian's wine64, which is not on PATH. */
const FOLDERS = ['', '/usr/lib/wine/'];

function findProgram(name) {
  const program = FOLDERS.map((folder) => findOnPath(`${folder}${name}`)).find(Boolean);
  if (program) return program;
  throw new UserError(`this needs ${name}:\n      apt-get install wine64 (Debian, Ubuntu)`);
}

/** Reports missing programs before anything is compiled. */
export const requireWine = () => ['wine64', 'wineserver'].forEach(findProgram);

/** Returns the Windows name of a file of this machine. */
export const windowsPath = (file) => `Z:${file.replaceAll('/', '\\')}`;

// Output goes into files: programs under Wine cannot write to a pipe of this machine.
async function runIntoFiles(program, args, { env, limit, log }) {
  const output = fs.openSync(log, 'w');
  try {
    const child = spawn(program, args, { env, stdio: ['ignore', output, output] });
    return await new Promise((settle, reject) => {
      const timer = setTimeout(() => settle(null), limit);
      child.once('error', reject);
      child.once('exit', (code) => {
        clearTimeout(timer);
        settle(code ?? 1);
      });
    });
  } finally {
    fs.closeSync(output);
  }
}

export class Machine {
  #folder;
  #env;

  constructor(folder, env) {
    this.#folder = folder;
    this.#env = env;
  }

  /**
   * @param {{ env: Record<string, string>, libraries: string[] }} options `libraries` are Windows libraries that Wine
   * may lack; Wine's own take precedence
   */
  static async start({ env, libraries }) {
    const folder = makeWorkDir('wine');
    const machine = new Machine(folder, {
      ...process.env,
      ...env,
      WINEPREFIX: path.join(folder, 'prefix'),
      WINEDEBUG: '-all',
      WINEDLLOVERRIDES: 'mscoree,mshtml,winemenubuilder.exe=',
      NODE_SKIP_PLATFORM_CHECK: '1',
    });
    const log = machine.file('wineboot.log');
    const code = await machine.run('wineboot', ['-i'], { limit: START_MS, log });
    if (code !== 0)
      throw new UserError(`wineboot ended with ${code}:\n${fs.readFileSync(log, 'utf8')}`);
    machine.#addLibraries(libraries);
    return machine;
  }

  /** Returns the path of a file in the machine's folder. */
  file(name) {
    return path.join(this.#folder, name);
  }

  #addLibraries(libraries) {
    const system = this.file('prefix/drive_c/windows/system32');
    for (const library of libraries) {
      const target = path.join(system, path.basename(library));
      if (!fs.existsSync(target)) fs.copyFileSync(library, target);
    }
  }

  /**
   * Runs a program of Windows, its output into the file `log`.
   * @returns {Promise<number | null>} the exit code; null if it did not end within `limit` milliseconds
   */
  run(program, args, { limit, log, env = {} }) {
    const all = { ...this.#env, ...env };
    return runIntoFiles(findProgram('wine64'), [program, ...args], { env: all, limit, log });
  }

  /** Ends the running programs of this machine only. */
  async endAll() {
    const log = this.file('wineserver.log');
    const args = ['--kill', '--wait'];
    await runIntoFiles(findProgram('wineserver'), args, { env: this.#env, limit: KILL_MS, log });
  }

  async close() {
    await this.endAll();
    removeTree(this.#folder);
  }
}
