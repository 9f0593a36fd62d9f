// The process of our side, as the driver sees it.
import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import path from 'node:path';

const CHILD = path.join(import.meta.dirname, 'child.mjs');
const GIVE_UP = 10_000;
/** The same for the start, which a busy machine stretches. */
const START = 60_000;

/** Rejects when it takes too long. */
export function within(promise, milliseconds, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${what} took longer than ${milliseconds} ms`)),
      milliseconds,
    );
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Emits 'story' (key, facts), 'accepted' (key), 'warning' (text), 'exit' (why). */
export class OurSide extends EventEmitter {
  /** Why it has ended; null while it lives. */
  ended = null;
  ports = {};
  #child;
  #output = '';
  #accepted = new Set();

  /** @param {{ role: 'server' | 'client', version: string, material: object, program: string, args: string[], env: object }} options */
  static async start({ role, version, material, program, args, env }) {
    const side = new this(program, args, env);
    side.order(role, { version, ...material });
    const { ports } = await side.answer('ready', undefined, START);
    side.ports = ports;
    return side;
  }

  constructor(program, args, env) {
    super();
    this.setMaxListeners(0);
    this.#child = spawn(program, [...args, CHILD], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const keep = (chunk) => (this.#output = (this.#output + chunk).slice(-4_000));
    this.#child.stdout.on('data', keep);
    this.#child.stderr.on('data', keep);
    this.#child.on('message', ({ kind, ...message }) => this.emit(kind, message));
    this.on('accepted', ({ key }) => this.#accepted.add(key));
    this.#child.on('error', (error) => this.#end(String(error)));
    this.#child.on('close', (code, signal) =>
      this.#end(`it ended with ${signal ?? code}: ${this.#reason}`),
    );
  }

  get #reason() {
    const lines = this.#output
      .split('\n')
      .filter((line) => /^\w*error\b|unhandled|panic/i.test(line.trim()));
    return lines.length > 0
      ? lines
          .slice(0, 2)
          .map((line) => line.trim())
          .join(' ')
      : this.#output.trim().slice(-300);
  }

  get output() {
    return this.#output;
  }

  #end(why) {
    this.ended ??= why;
    this.emit('exit', this.ended);
  }

  order(order, options = {}) {
    if (this.#child.connected) this.#child.send({ order, ...options }, () => {});
  }

  /** Waits until the server has accepted the connection from this port. */
  async accepted(key) {
    if (!this.#accepted.has(key)) await this.answer('accepted', (message) => message.key === key);
    this.#accepted.delete(key);
  }

  /** The next message of a kind that fits; rejects when the process ends. */
  answer(kind, fits = () => true, limit = GIVE_UP) {
    const answer = new Promise((resolve, reject) => {
      const onExit = (why) => reject(new Error(why));
      const onMessage = (message) => {
        if (!fits(message)) return;
        this.off(kind, onMessage).off('exit', onExit);
        resolve(message);
      };
      if (this.ended !== null) return reject(new Error(this.ended));
      this.on(kind, onMessage).once('exit', onExit);
    });
    return within(answer, limit, `"${kind}" of our side`);
  }

  /** Sends an order and waits for its answer. */
  ask(order, kind) {
    const answer = this.answer(kind);
    this.order(order);
    return answer;
  }

  async close() {
    if (this.ended !== null) return;
    const exit = new Promise((resolve) => this.once('exit', resolve));
    this.order('exit'); // after a disconnect() of this end 'close' would not come
    await within(exit, GIVE_UP, 'the end of our side').catch(() => this.#child.kill('SIGKILL'));
  }
}
