// A sandbox for installations: a path with blanks and letters outside ASCII, owned by an unprivileged user, with only
// the runtime on PATH and without network access beyond this machine.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const NOBODY = 65_534;
/** A port without a listener: requests to anything but the registry on this machine are refused at once. */
const NO_PROXY_THERE = 'http://127.0.0.1:9';
const LIMIT = 120_000;

/** The user that everything runs as: another one if this is the superuser. */
const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

export const describeUser = () =>
  user.uid === undefined ? 'an ordinary user' : 'the user `nobody`';

export class Sandbox {
  #running = new Set();

  constructor() {
    this.root = fs.mkdtempSync(path.join(os.tmpdir(), 'hermetic-ssl größe 安装 '));
    for (const name of ['', 'home', 'tmp', 'projects']) this.makeFolder(name);
  }

  at(...parts) {
    return path.join(this.root, ...parts);
  }

  /** Makes a folder that belongs to the user of the sandbox. */
  makeFolder(name) {
    const folder = this.at(name);
    fs.mkdirSync(folder, { recursive: true, mode: 0o755 });
    fs.chmodSync(folder, 0o755); // regardless of the umask
    if (user.uid !== undefined) fs.chownSync(folder, user.uid, user.gid);
    return folder;
  }

  /** Writes a file that belongs to the user of the sandbox. */
  write(file, text) {
    fs.writeFileSync(file, text);
    if (user.uid !== undefined) fs.chownSync(file, user.uid, user.gid);
  }

  /**
   * Makes the programs of a node_modules readable to the user of the sandbox, by links if the file system supports
   * them.
   */
  async adopt(modules, name) {
    if (user.uid === undefined) return modules;
    const folder = this.at(name);
    fs.mkdirSync(folder, { mode: 0o755 });
    const copy = (flags) => this.#spawn('cp', [flags, modules, folder], { env: process.env });
    if ((await copy('-al')).code !== 0) await copy('-a');
    return path.join(folder, 'node_modules');
  }

  /** Makes a folder for PATH that contains a program under the name `node`, and nothing else. */
  pathWith(node) {
    const folder = this.at('path', path.basename(path.dirname(path.dirname(node))));
    if (!fs.existsSync(folder)) {
      fs.mkdirSync(folder, { recursive: true });
      fs.symlinkSync(node, path.join(folder, 'node'));
    }
    return folder;
  }

  /** Returns the environment of a program, which takes only the time limit's variable from this process. */
  environment(node, more = {}) {
    return {
      PATH: node ? this.pathWith(node) : this.at('home'),
      HOME: this.at('home'),
      TMPDIR: this.at('tmp'),
      LANG: 'C.UTF-8',
      http_proxy: NO_PROXY_THERE,
      https_proxy: NO_PROXY_THERE,
      no_proxy: '127.0.0.1,localhost',
      ...more,
    };
  }

  /** Runs a program as the user of the sandbox; returns its exit code and output. */
  run(command, args, { cwd, env }) {
    return this.#spawn(command, args, { cwd, env, ...user });
  }

  #spawn(command, args, options) {
    return new Promise((resolve) => {
      const child = spawn(command, args, {
        ...{ stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMIT, killSignal: 'SIGKILL' },
        ...options,
      });
      this.#running.add(child);
      const said = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'])
        child[name].setEncoding('utf8').on('data', (text) => (said[name] += text));
      child.on('error', (error) => resolve({ code: null, ...said, stderr: error.message }));
      child.on('close', (code) => {
        this.#running.delete(child);
        resolve({ code, ...said });
      });
    });
  }

  /** Ends running programs, and removes everything. */
  close() {
    for (const child of this.#running) child.kill('SIGKILL');
    fs.rmSync(this.root, { recursive: true, force: true, maxRetries: 3 });
  }
}
