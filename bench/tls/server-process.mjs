// Starts a measured server as a child process. Its processor time is read from /proc, in the same way for every kind of program.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** The unit of /proc/PID/stat: Linux always reports a hundred ticks a second to programs. */
const TICK_US = 10_000;
const [USER, SYSTEM] = [11, 12]; // of the fields behind the name

async function accepts(port) {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function untilItAccepts(port) {
  while (!(await accepts(port))) await sleep(20);
  return { port };
}

export class ServerProcess {
  #child;
  #lines;

  constructor(child, lines, { kind, port, openssl }) {
    this.#child = child;
    this.#lines = lines;
    this.kind = kind;
    this.port = port;
    this.openssl = openssl;
    this.isPlain = kind.startsWith('node:http,');
  }

  /**
   * @param {string} kind the server's name in tables
   * @param {string[]} command
   * @param {{ port?: number, env?: Record<string, string> }} [settings] the port of a program that does not print
   * { port, openssl } as JSON when it listens; environment variables
   */
  static async start(kind, [program, ...args], { port, env = {} } = {}) {
    const stdio = ['pipe', 'pipe', 'inherit'];
    const child = spawn(program, args, { stdio, env: { ...process.env, ...env } });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the ${kind} server ended with code ${code}`);
    });
    const firstLine = async () => JSON.parse((await lines.next()).value ?? '{}');
    const facts = await Promise.race([port ? untilItAccepts(port) : firstLine(), ended]);
    ended.catch(() => {});
    return new ServerProcess(child, lines, { kind, ...facts });
  }

  #read(name) {
    return readFileSync(`/proc/${this.#child.pid}/${name}`, 'utf8');
  }

  /**
   * Returns the microseconds of processor time so far: `user` and `system` in whole ticks, `total` exactly, but without that of
   * threads that have ended.
   */
  usage() {
    const text = this.#read('stat');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const threads = readdirSync(`/proc/${this.#child.pid}/task`);
    const total = threads.reduce((sum, thread) => sum + this.#exactTime(thread), 0);
    return { user: fields[USER] * TICK_US, system: fields[SYSTEM] * TICK_US, total };
  }

  #exactTime(thread) {
    try {
      return Number(this.#read(`task/${thread}/schedstat`).split(' ')[0]) / 1000;
    } catch {
      return 0; // it has just ended
    }
  }

  /** Returns the number of its descriptors. */
  descriptors() {
    return readdirSync(`/proc/${this.#child.pid}/fd`).length;
  }

  /** Returns the resident set in bytes. */
  resident() {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(this.#read('status'))[1]) * 1024;
  }

  /** Returns the calls of the addon so far, of a server that counts them (bench/crossings/count.mjs). */
  async crossings() {
    this.#child.stdin.write('crossings\n');
    return JSON.parse((await this.#lines.next()).value);
  }

  async stop() {
    const ended = once(this.#child, 'exit');
    this.#child.stdin.end();
    this.#child.kill();
    await ended;
  }
}
