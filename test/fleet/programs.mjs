// The programs of the run: started, waited for, and ended with this process.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const running = new Set();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A program that has printed that it is ready. */
export class Program {
  output = '';
  #child;
  #ended;

  constructor(command, args, options = {}) {
    const stdio = ['ignore', 'pipe', 'pipe', ...(options.ipc ? ['ipc'] : [])];
    this.#child = spawn(command, args, { ...options, stdio });
    running.add(this.#child);
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => resolve(signal ?? code));
      this.#child.once('error', resolve);
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream.on('data', (chunk) => {
        this.output = (this.output + chunk).slice(-20_000);
      });
  }

  /** Waits until the output matches. */
  async ready(pattern, seconds = 120) {
    const end = performance.now() + seconds * 1000;
    while (!pattern.test(this.output)) {
      const hasEnded = this.#child.exitCode !== null || this.#child.signalCode !== null;
      if (hasEnded || performance.now() > end)
        throw new Error(`${this.#child.spawnfile} is not ready:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return this;
  }

  signal(name) {
    this.#child.kill(name);
  }

  send(message) {
    this.#child.send(message);
  }

  /** Ends the program, and returns its exit code or signal. */
  async close() {
    this.#child.kill('SIGTERM');
    const insist = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    const status = await this.#ended;
    clearTimeout(insist);
    running.delete(this.#child);
    return status;
  }
}

/** Starts Redis on all addresses of this namespace. It keeps nothing when it ends. */
export const startRedis = (folder, port) =>
  new Program('redis-server', [
    ...['--port', String(port), '--bind', '0.0.0.0', '--protected-mode', 'no', '--dir', folder],
    ...['--save', '', '--appendonly', 'no'],
  ]).ready(/Ready to accept connections/);

/**
 * Starts HAProxy: a port for each group of servers, which have turns.
 * @param {{ port: number, servers: string[] }[]} groups
 */
export function startHaproxy(folder, groups) {
  const file = path.join(folder, 'haproxy.cfg');
  const block = ({ port, servers }) => `listen group${port}
  bind 127.0.0.1:${port}
  balance roundrobin
${servers.map((server, i) => `  server s${i} ${server}`).join('\n')}
`;
  writeFileSync(
    file,
    `global
  maxconn 2000
defaults
  mode tcp
  timeout client 60s
  timeout server 60s
  timeout connect 10s
${groups.map(block).join('')}`,
  );
  return new Program('haproxy', ['-W', '-f', file]).ready(/Loading success|New worker/);
}

/** Starts nginx on a host, with the first of these ticket keys for new tickets. */
export function startNginx(host, folder, { port, cert, key, ticketKeys }) {
  const at = (name) => path.join(folder, `${host.address}-${name}`);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    at('nginx.conf'),
    `user root root; daemon off; master_process on; worker_processes 1; pid ${at('nginx.pid')};
error_log stderr notice;
events { worker_connections 512; }
http {
  access_log off; ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache none; ssl_session_timeout 2h;
  ${temporary.map((kind) => `${kind}_temp_path ${at(kind)};`).join(' ')}
  ${ticketKeys.map((file) => `ssl_session_ticket_key ${file};`).join(' ')}
  server { listen ${host.address}:${port} ssl; ssl_certificate ${cert}; ssl_certificate_key ${key};
    keepalive_timeout 0; default_type application/json;
    location / { return 200 '{"server":"nginx ${host.address}","seconds":$msec}'; } }
}
`,
  );
  const [command, args] = host.command('nginx', ['-p', folder, '-c', at('nginx.conf'), '-e', 'stderr']); // prettier-ignore
  return new Program(command, args).ready(/start worker process \d+/);
}
