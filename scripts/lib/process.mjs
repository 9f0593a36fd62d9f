// Runs other programs: to the end with their output, or streamed into a log with a callback for each line.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import readline from 'node:readline';
import { UserError } from './user-error.mjs';

const LINE_LENGTH = 300;

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 * @returns {{ ok: boolean, stdout: string, stderr: string }}
 */
export function capture(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  // A program that fails before it has read its input also causes a pipe error; its output explains more.
  const stderr = String(result.stderr || result.error?.message || '');
  return { ok: result.status === 0, stdout: String(result.stdout ?? ''), stderr };
}

/** Runs a program to its end; throws the end of its output if it fails. */
export function mustRun(command, args) {
  const { ok, stdout, stderr } = capture(command, args);
  if (!ok) throw new UserError(`${command} failed:\n${tail(stderr || stdout, 5)}`);
}

/** Returns the last lines of a text, with a linker's long command line shortened. */
export function tail(text, count) {
  const lines = text.trimEnd().split('\n').slice(-count);
  const cut = (line) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}...` : line);
  return lines.map(cut).join('\n');
}

/** Process groups of running children, which are ended when this process is terminated. */
const running = new Set();

/**
 * Runs a program in its own process group, appends its output to a log file, and reports each line. The group lets an
 * interrupted build end make and all its children.
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
      // It has already ended.
    }
  }
}
