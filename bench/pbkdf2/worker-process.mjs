// The benchmark's side of a measured process: one JSON line for a command, one for its answer.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const TIME_LIMIT = 120_000;

export class WorkerProcess {
  #child;
  #answers;
  #errors = '';

  constructor(child, { name, title }) {
    this.#child = child;
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr.on('data', (chunk) => (this.#errors = `${this.#errors}${chunk}`.slice(-2000)));
    child.stdin.on('error', () => {}); // it has ended: ask() reports that
    this.name = name;
    this.title = title;
    this.info = null;
  }

  /** Starts the process and queries its versions; rejects with one line of its output on failure. */
  static async start(peer, command, env) {
    const [program, ...args] = command;
    const child = spawn(program, args, { env: { ...process.env, ...env } });
    const worker = new WorkerProcess(child, peer);
    child.on('error', (error) => (worker.#errors += error.message));
    try {
      worker.info = await worker.ask({ name: 'info' });
    } catch (error) {
      child.kill();
      throw error;
    }
    return worker;
  }

  /** @param {{ name: 'info' | 'configure' | 'window' | 'load' }} command */
  async ask(command) {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), TIME_LIMIT);
    const { value: line } = await this.#answers.next();
    clearTimeout(timer);
    if (line === undefined) throw new Error(`it ended: ${this.#lastWords()}`);
    const { value, error } = JSON.parse(line);
    if (error !== undefined) throw new Error(error.split('\n')[0]);
    return value;
  }

  #lastWords() {
    const lines = this.#errors.trim().split('\n');
    return (lines.find((line) => /error/i.test(line)) ?? lines[0]).trim() || 'without a word';
  }

  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.stdin.end();
    await ended;
  }
}
