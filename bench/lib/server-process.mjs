// Starts a measured server as a child process, and queries its processor time.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('server.mjs', import.meta.url));

export class ServerProcess {
  #child;

  constructor(child, kind, { port, openssl }) {
    this.#child = child;
    this.kind = kind;
    this.port = port;
    this.openssl = openssl;
  }

  /** @param {'hermetic-ssl' | 'node:tls'} kind */
  static async start(kind, certificate, execArgv = []) {
    const child = fork(SCRIPT, { execArgv });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the ${kind} server ended with code ${code}`);
    });
    child.send({ kind, certificate });
    const [ready] = await Promise.race([once(child, 'message'), ended]);
    ended.catch(() => {});
    return new ServerProcess(child, kind, ready);
  }

  /** Returns the process's microseconds so far, { user, system }, and the calls of the addon if they are counted. */
  async usage() {
    this.#child.send({});
    const [usage] = await once(this.#child, 'message');
    return usage;
  }

  async stop() {
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}
