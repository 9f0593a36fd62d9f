/**
 * A child process that cannot outlive the tests: output is collected, waiting has limits, and whatever still runs when
 * this process exits is killed.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

import { withTimeout } from './collect.js';
import { cleanEnv } from './peers.js';

type Handle = ChildProcessByStdio<Writable, Readable, Readable>;

const running = new Set<Handle>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

const GRACE = 2_000;
const WINDOW = 256 * 1024;

/** The last lines of an output, enough for what one event adds and what stood before it. */
function recent(chunks: readonly Buffer[]): string {
  let start = chunks.length;
  for (let size = 0; start > 0 && size < WINDOW; size += chunks[start]?.length ?? 0) start -= 1;
  const text = Buffer.concat(chunks.slice(start)).toString('utf8');
  return start === 0 ? text : text.slice(text.indexOf('\n') + 1);
}

export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class Child {
  /** Settles when the process is gone and its output is complete; rejects when it could not be started. */
  readonly exit: Promise<ExitStatus>;
  private readonly output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };

  private constructor(
    private readonly handle: Handle,
    private readonly name: string,
  ) {
    running.add(handle);
    handle.stdout.on('data', (chunk: Buffer) => this.output.stdout.push(chunk));
    handle.stderr.on('data', (chunk: Buffer) => this.output.stderr.push(chunk));
    // A peer may exit while input is on its way; its exit status and output say more than EPIPE.
    handle.stdin.on('error', () => undefined);
    this.exit = new Promise((resolve, reject) => {
      handle.once('error', reject);
      handle.once('close', (code, signal) => resolve({ code, signal }));
    });
    this.exit.catch(() => undefined).finally(() => running.delete(handle));
  }

  static start(
    path: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Child {
    const handle = spawn(path, args, { env: cleanEnv(env), stdio: ['pipe', 'pipe', 'pipe'] });
    return new Child(handle, path);
  }

  get pid(): number {
    return this.handle.pid ?? 0;
  }

  get stdin(): Writable {
    return this.handle.stdin;
  }

  get stdoutStream(): Readable {
    return this.handle.stdout;
  }

  get stdoutBytes(): Buffer {
    return Buffer.concat(this.output.stdout);
  }

  get stdout(): string {
    return this.stdoutBytes.toString('utf8');
  }

  get stderr(): string {
    return Buffer.concat(this.output.stderr).toString('utf8');
  }

  /** Waits until stdout or stderr matches; an early exit or the limit rejects with the output. */
  async waitFor(pattern: RegExp, timeout = 10_000): Promise<RegExpExecArray> {
    const { stdout, stderr } = this.handle;
    let look = (): void => undefined;
    const seen = new Promise<RegExpExecArray>((resolve, reject) => {
      const search = (...texts: readonly string[]): void => {
        const match = texts.map((text) => pattern.exec(text)).find(Boolean);
        if (match) resolve(match);
      };
      // Only what is new: all of it, again for each of thousands of chunks, takes longer than any peer.
      look = (): void => search(recent(this.output.stdout), recent(this.output.stderr));
      this.exit.then(() => reject(new Error(`ended before ${pattern}`)), reject);
      stdout.on('data', look);
      stderr.on('data', look);
      search(this.stdout, this.stderr);
    });
    try {
      return await withTimeout(seen, { timeout, what: `${pattern} from ${this.name}` });
    } catch (error) {
      throw this.failure((error as Error).message);
    } finally {
      stdout.off('data', look);
      stderr.off('data', look);
    }
  }

  /** Waits for the end; kills the process after the limit and says what it printed. */
  async finish(timeout = 15_000): Promise<ExitStatus> {
    try {
      return await withTimeout(this.exit, { timeout, what: `the end of ${this.name}` });
    } catch (error) {
      await this.close();
      throw this.failure((error as Error).message);
    }
  }

  /** Asks the process to end, insists after two seconds, and waits until it is gone. */
  async close(): Promise<void> {
    this.handle.kill('SIGTERM');
    const insist = setTimeout(() => this.handle.kill('SIGKILL'), GRACE);
    await this.exit.catch(() => undefined);
    clearTimeout(insist);
  }

  private failure(what: string): Error {
    const tail = `${this.stdout}\n${this.stderr}`.trim().slice(-2000);
    return new Error(`${this.name}: ${what}; its output:\n${tail}`);
  }
}
