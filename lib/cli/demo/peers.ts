// Other clients against the demonstration's server, as separate programs: the runtime's node:tls, and curl, openssl and
// python3 if the machine has them.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Skipped, type Report } from '../report.js';
import { check } from './check.js';
import { HOST_NAMES, type Served } from './served.js';

const TIME_LIMIT = 10_000;

interface Peer {
  label: string;
  program: string;
  args: string[];
}

const NODE_CLIENT = fileURLToPath(new URL('node-client.js', import.meta.url));

const PYTHON_CLIENT = `
import socket, ssl, sys
port, name, ca = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
with context.wrap_socket(socket.create_connection(('127.0.0.1', int(port))), server_hostname=name) as sock:
    print('verified', name, sock.version())`;

function peersOf({ port }: Served, ca: string): Peer[] {
  const [alpha, beta, gamma] = HOST_NAMES;
  const target = `127.0.0.1:${port}`;
  return [
    {
      label: 'node:tls',
      program: process.execPath,
      args: [NODE_CLIENT, String(port), alpha, ca],
    },
    {
      label: 'python3, ssl',
      program: 'python3',
      args: ['-c', PYTHON_CLIENT, String(port), beta, ca],
    },
    {
      label: 'openssl s_client',
      program: 'openssl',
      args: [
        's_client',
        '-connect',
        target,
        '-servername',
        gamma,
        '-verify_hostname',
        gamma,
        '-verify_return_error',
        '-CAfile',
        ca,
        '-brief',
      ],
    },
    {
      label: 'curl',
      program: 'curl',
      args: [
        '-sv',
        '--max-time',
        '5',
        '--cacert',
        ca,
        '--resolve',
        `${alpha}:${port}:127.0.0.1`,
        '--http0.9',
        '-o',
        '-',
        `https://${alpha}:${port}/echo`,
      ],
    },
  ];
}

interface Outcome {
  code: number | string | null;
  output: string;
}

/** Returns the environment without trust settings, which would interfere. */
function environment(): NodeJS.ProcessEnv {
  const {
    NODE_EXTRA_CA_CERTS: _extra,
    SSL_CERT_FILE: _file,
    SSL_CERT_DIR: _directory,
    ...rest
  } = process.env;
  return { ...rest, ELECTRON_RUN_AS_NODE: '1' };
}

function run({ program, args }: Peer): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { timeout: TIME_LIMIT, env: environment() };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      resolve({
        code: error === null ? 0 : (error.code ?? error.signal ?? null),
        output: stdout + stderr,
      });
    });
    child.stdin?.end();
  });
}

function summary(output: string): string {
  const telling =
    /^(verified .*|Verification: OK|.*SSL certificate verify ok.*)$/m.exec(output)?.[0] ?? '';
  return telling.replace(/^\*\s*/, '').trim();
}

async function verify(peer: Peer): Promise<string> {
  const { code, output } = await run(peer);
  if (code === 'ENOENT') throw new Skipped(`${peer.program} is not on this machine`);
  const told = summary(output);
  check(told !== '', `exit ${code}: ${output.trim().split('\n').at(-1)}`);
  return told;
}

export async function demoPeers(report: Report, served: Served): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hermetic-ssl-demo-'));
  try {
    const ca = join(folder, 'authority.pem');
    writeFileSync(ca, served.authority.certificate);
    for (const peer of peersOf(served, ca))
      await report.step(`verified by ${peer.label}`, () => verify(peer));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
