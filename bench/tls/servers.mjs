// The measured servers: for each of two protocols, this package and its peers, as far as this machine has them.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { defaultCache, findRuntimes } from '../lib/runtimes.mjs';
import { RESPONSE_SIZE } from './raw-protocol.mjs';
import { ServerProcess } from './server-process.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const root = here('../..');
const MB = 1024 * 1024;
const OURS = 'hermetic-ssl';
const NODE = 'node:tls';
const HTTP = 'node:http';

/** Compiles bench/floor with the addon's own static OpenSSL; null without a compiler. */
export function buildFloor(folder) {
  const link = [path.join(root, 'scripts/openssl/link.mjs'), '--field', 'root'];
  const openssl = execFileSync(process.execPath, link, { cwd: root, encoding: 'utf8' }).trim();
  const prefix = path.resolve(root, openssl);
  const program = path.join(folder, 'floor');
  const libraries = ['ssl', 'crypto'].map((name) => path.join(prefix, `lib/lib${name}.a`));
  const flags = ['-O2', '-isystem', path.join(prefix, 'include'), here('../floor/server.c')];
  const args = [...flags, ...libraries, '-ldl', '-lpthread', '-o', program];
  return spawnSync('cc', args, { stdio: 'inherit' }).status === 0 ? program : null;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function nginxConfiguration(folder, port, { certFile, keyFile }) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/nginx;`)
    .join(' ');
  return `
daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr crit;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 1000000000; client_max_body_size 0; ${temporary}
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${certFile}; ssl_certificate_key ${keyFile}; ssl_protocols TLSv1.2 TLSv1.3;
    location = /small { return 200 "${'r'.repeat(RESPONSE_SIZE)}"; }
    location = /down { root ${folder}; }
    location = /up { return 200 "."; }
  }
}
`;
}

async function startNginx(folder, identity, megabytes) {
  const version = spawnSync('nginx', ['-V'], { encoding: 'utf8' });
  if (version.status !== 0) return null;
  const port = await freePort();
  const file = path.join(folder, 'nginx.conf');
  mkdirSync(path.join(folder, 'nginx'), { recursive: true });
  writeFileSync(file, nginxConfiguration(folder, port, identity));
  writeFileSync(path.join(folder, 'down'), Buffer.alloc(megabytes * MB, 'down '));
  const server = await ServerProcess.start('nginx', ['nginx', '-p', folder, '-c', file], { port });
  server.openssl = /built with (OpenSSL \S+)/.exec(version.stderr)?.[1] ?? 'an OpenSSL';
  return server;
}

/** This package over descriptors, over streams, and node:tls, in one version of Node. */
const inNode = (name, program) => [
  [`${OURS}, ${name}`, program, OURS, 'native'],
  [`${OURS} over streams, ${name}`, program, OURS, 'duplex'],
  [`${NODE}, ${name}`, program, NODE],
];

/** node:http without TLS. */
const withoutTls = ({ node20, node26 }) =>
  [
    [`${HTTP}, Node 20`, node20, HTTP],
    [`${HTTP}, Node 26`, node26, HTTP],
  ].filter(([, program]) => program !== undefined);

/** The servers of both versions of Node, and Bun's node:tls. */
function runtimesOf({ node20, node26, bun }) {
  const all = [...inNode('Node 20', node20), ...inNode('Node 26', node26), ['Bun', bun, NODE]];
  return all.filter(([, program]) => program !== undefined);
}

const startAll = (programs, script, argument) =>
  Promise.all(
    programs.map(([name, program, kind, transport]) => {
      const command = [program, here(script), JSON.stringify({ kind, ...argument })];
      const env = transport === undefined ? {} : { HERMETIC_SSL_TRANSPORT: transport };
      return ServerProcess.start(name, command, { env });
    }),
  );

/**
 * Starts the servers of both protocols, one after the other in the tables' order.
 * @param {string} folder for files
 * @param {{ cert: string, key: string, certFile: string, keyFile: string }} identity
 * @returns {Promise<{ raw: ServerProcess[], http: ServerProcess[] }>}
 */
export async function startServers(folder, identity, megabytes) {
  const runtimes = findRuntimes({}, defaultCache);
  const programs = runtimesOf(runtimes);
  const { cert, key, certFile, keyFile } = identity;
  const raw = await startAll(programs, 'raw-server.mjs', { cert, key });
  const floor = buildFloor(folder);
  if (floor !== null) raw.push(await ServerProcess.start('C', [floor, certFile, keyFile]));
  const all = [...programs, ...withoutTls(runtimes)];
  const http = await startAll(all, 'http-server.mjs', { cert, key, megabytes });
  const nginx = await startNginx(folder, identity, megabytes);
  if (nginx !== null) http.push(nginx);
  return { raw, http };
}
