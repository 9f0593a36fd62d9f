// Hosts as network namespaces. This process is in a namespace of its own already (run.mjs), so that the machine's network is
// not touched; a host is another one, connected to it by a pair of virtual interfaces. All of them end with their processes.
import { execFileSync, spawn } from 'node:child_process';

const ip = (...args) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] });
const PREFIX = '10.77';

/** Brings the loopback interface of this namespace up. */
export const openLoopback = () => ip('link', 'set', 'lo', 'up');

/** A host with an address, in which programs can be started. */
export class Host {
  /** The address of this namespace, as programs of the host see it. */
  gateway;
  address;
  #holder;

  /** @param {number} number from 1 to 254 */
  constructor(number) {
    this.gateway = `${PREFIX}.${number}.1`;
    this.address = `${PREFIX}.${number}.2`;
    this.#holder = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' });
    const pid = String(this.#holder.pid);
    this.#waitForNamespace(pid);
    ip('link', 'add', `host${number}`, 'type', 'veth', 'peer', 'name', 'up0', 'netns', pid);
    ip('address', 'add', `${this.gateway}/24`, 'dev', `host${number}`);
    ip('link', 'set', `host${number}`, 'up');
    for (const args of [
      ['address', 'add', `${this.address}/24`, 'dev', 'up0'],
      ['link', 'set', 'up0', 'up'],
      ['link', 'set', 'lo', 'up'],
    ])
      execFileSync('nsenter', ['--target', pid, '--net', 'ip', ...args]);
  }

  /** Returns the command line that runs a program on the host. */
  command(program, args) {
    return ['nsenter', ['--target', String(this.#holder.pid), '--net', program, ...args]];
  }

  close() {
    this.#holder.kill('SIGKILL');
  }

  /** unshare is the new process at first, and only then in its new namespace. */
  #waitForNamespace(pid) {
    const own = execFileSync('readlink', ['/proc/self/ns/net'], { encoding: 'utf8' });
    for (let i = 0; i < 500; i += 1) {
      const its = execFileSync('readlink', [`/proc/${pid}/ns/net`], { encoding: 'utf8' });
      if (its !== own) return;
      execFileSync('sleep', ['0.01']);
    }
    throw new Error('the network namespace of a host was not made');
  }
}
