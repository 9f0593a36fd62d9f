// Running other programs: to the end with their output, or streamed into a log while somebody watches the lines.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import readline from 'node:readline';

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 * @returns {{ ok: boolean, stdout: string, stderr: string }}
 */
export function capture(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  // A program that fails before it has read its input is also an error of the pipe; what it said explains more.
  const stderr = String(result.stderr || result.error?.message || '');
  return { ok: result.status === 0, stdout: String(result.stdout ?? ''), stderr };
}

/** Groups of running children: they are ended when this process is told to end. */
const running = new Set();

/**
 * Runs a program in its own process group, appends all it says to a log file, and reports each line.
 * Its own group, so that an interrupted build takes make's whole family with it.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, logFile: string, onLine?: (line: string) => void }} options
 * @returns {Promise<void>} rejects with an Error that says how it ended
 */
export function runLogged(command, args, { cwd, env, logFile, onLine = () => {} }) {
  return new Promise((resolve, reject) => {
    const log = fs.createWriteStream(logFile, { flags: 'a' });
    log.on('error', reject);
    log.write(`$ ${[command, ...args].join(' ')}\n`);
    const child = spawn(command, args, {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      readline.createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`);
        onLine(line);
      });
    }
    child.on('error', reject);
    child.on('close', (code, signal) => {
      running.delete(child);
      const failure =
        code === 0 ? null : new Error(`${command} ended with ${signal ?? `code ${code}`}`);
      log.end(() => (failure ? reject(failure) : resolve()));
    });
  });
}

/** Ends every program started by runLogged, with its children. */
export function stopRunning() {
  for (const child of running) {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}
