/**
 * Real servers that begin in the clear: Dovecot, Postfix, PostgreSQL, slapd, Prosody and vsftpd, each with a configuration
 * and a directory of its own. Those that need root run only as root.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { Child } from './child.js';
import { freePort } from './free-port.js';
import { TempDirectory } from './temp.js';

export interface Identity {
  readonly chainPem: string;
  readonly keyPem: string;
  readonly caPem: string;
}

export interface StartTlsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** The folder of a server with its files, and its port. */
export interface Place {
  readonly folder: TempDirectory;
  readonly port: number;
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

interface Recipe {
  readonly programs: readonly string[];
  readonly needsRoot: boolean;
  start(place: Place, path: string): Promise<Child>;
  /** Ends processes that outlive the one that was started. */
  stop?(folder: string, path: string): void;
}

const isRoot = process.getuid?.() === 0;

function find(programs: readonly string[]): string | undefined {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  const folders = ['/usr/sbin', '/usr/bin', '/usr/local/bin', ...versions.map((it) => `/usr/lib/postgresql/${it}/bin`)]; // prettier-ignore
  return folders.flatMap((it) => programs.map((name) => `${it}/${name}`)).find(existsSync);
}

const dovecot =
  (protocol: 'imap' | 'pop3') =>
  async ({ folder, port, cert, key }: Place, path: string): Promise<Child> => {
    const user = isRoot ? '' : `default_internal_user = ${process.env['USER'] ?? 'nobody'}\n`;
    const file = await folder.write(
      'dovecot.conf',
      `base_dir = ${folder.join('run')}
state_dir = ${folder.join('state')}
log_path = /dev/stderr
protocols = ${protocol}
listen = 127.0.0.1
${user}ssl = yes
ssl_cert = <${cert}
ssl_key = <${key}
service ${protocol}-login {
  chroot =
  inet_listener ${protocol} {
    port = ${port}
  }
  inet_listener ${protocol}s {
    port = 0
  }
}
passdb {
  driver = static
  args = nopassword=y
}
userdb {
  driver = static
  args = uid=65534 gid=65534 home=/nonexistent
}
`,
    );
    return Child.start(path, ['-F', '-c', file]);
  };

async function postfix({ folder, port, cert, key }: Place, path: string): Promise<Child> {
  chmodSync(folder.path, 0o755);
  for (const name of ['queue', 'data']) mkdirSync(folder.join(name));
  const owner = Number(execFileSync('id', ['-u', 'postfix'], { encoding: 'utf8' }));
  chownSync(folder.join('data'), owner, 0);
  await folder.write(
    'main.cf',
    `compatibility_level = 3.6
queue_directory = ${folder.join('queue')}
data_directory = ${folder.join('data')}
maillog_file = ${folder.join('log')}
maillog_file_prefixes = ${folder.path}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = localhost
mydestination =
smtpd_tls_chain_files = ${key}, ${cert}
smtpd_tls_security_level = may
`,
  );
  await folder.write(
    'master.cf',
    `${port} inet n - n - - smtpd
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
pickup unix n - n 60 1 pickup
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
`,
  );
  for (const name of ['main.cf', 'master.cf']) chmodSync(folder.join(name), 0o644);
  return Child.start(path, ['-c', folder.path, 'start-fg']);
}

const stopPostfix = (folder: string, path: string): void => {
  spawnSync(path, ['-c', folder, 'stop'], { stdio: 'ignore', timeout: 15_000 });
};

async function slapd({ folder, port, cert, key, ca }: Place, path: string): Promise<Child> {
  const file = await folder.write(
    'slapd.conf',
    `pidfile ${folder.join('pid')}
TLSCertificateFile ${cert}
TLSCertificateKeyFile ${key}
TLSCACertificateFile ${ca}
`,
  );
  return Child.start(path, ['-f', file, '-h', `ldap://127.0.0.1:${port}`, '-d', '0']);
}

async function prosody({ folder, port, cert, key }: Place, path: string): Promise<Child> {
  const file = await folder.write(
    'prosody.cfg.lua',
    `run_as_root = true
data_path = "${folder.path}"
pidfile = "${folder.join('pid')}"
modules_disabled = { "s2s" }
modules_enabled = { "tls", "saslauth" }
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
s2s_ports = {}
log = { warn = "*console" }
VirtualHost "localhost"
  ssl = { certificate = "${cert}", key = "${key}" }
`,
  );
  return Child.start(path, ['-F', '--config', file]);
}

async function vsftpd({ folder, port, cert, key }: Place, path: string): Promise<Child> {
  mkdirSync(folder.join('empty'));
  const file = await folder.write(
    'vsftpd.conf',
    `listen=YES
background=NO
listen_address=127.0.0.1
listen_port=${port}
anonymous_enable=YES
ssl_enable=YES
allow_anon_ssl=YES
rsa_cert_file=${cert}
rsa_private_key_file=${key}
ssl_ciphers=HIGH
secure_chroot_dir=${folder.join('empty')}
seccomp_sandbox=NO
`,
  );
  return Child.start(path, [file]);
}

/** PostgreSQL refuses to run as root: as root it runs as the user nobody. */
async function postgres({ folder, port, cert, key }: Place, path: string): Promise<Child> {
  const data = folder.join('data');
  mkdirSync(data, { mode: 0o700 });
  const user = isRoot ? { uid: 65_534, gid: 65_534 } : {};
  if (isRoot)
    for (const it of [folder.path, data, cert, key, folder.join('tls')])
      chownSync(it, 65_534, 65_534);
  const env = { ...process.env, LC_ALL: 'C' };
  const initdb = path.replace(/postgres$/, 'initdb');
  execFileSync(initdb, ['-D', data, '-U', 'test', '-A', 'trust', '--no-sync', '--no-instructions'], { ...user, env, cwd: folder.path, stdio: 'ignore' }); // prettier-ignore
  const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: folder.path, fsync: 'off', ssl: 'on', ssl_cert_file: cert, ssl_key_file: key }; // prettier-ignore
  const args = ['-D', data, ...Object.entries(settings).flatMap(([name, it]) => ['-c', `${name}=${it}`])]; // prettier-ignore
  return isRoot
    ? Child.start('/usr/bin/setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', path, ...args]) // prettier-ignore
    : Child.start(path, args);
}

const RECIPES: Readonly<Record<string, Recipe>> = {
  smtp: { programs: ['postfix'], needsRoot: true, start: postfix, stop: stopPostfix },
  imap: { programs: ['dovecot'], needsRoot: true, start: dovecot('imap') },
  pop3: { programs: ['dovecot'], needsRoot: true, start: dovecot('pop3') },
  postgres: { programs: ['postgres'], needsRoot: false, start: postgres },
  ftp: { programs: ['vsftpd'], needsRoot: true, start: vsftpd },
  ldap: { programs: ['slapd'], needsRoot: false, start: slapd },
  xmpp: { programs: ['prosody'], needsRoot: false, start: prosody },
};

export const PROTOCOLS = Object.keys(RECIPES);

/** Returns why a protocol's server cannot run here, or null. */
export function whyNot(protocol: string): string | null {
  const recipe = RECIPES[protocol];
  if (recipe === undefined) return `there is no recipe for ${protocol}`;
  const path = find(recipe.programs);
  if (path === undefined) return `needs ${recipe.programs.join(' or ')}, which was not found`;
  if (protocol === 'pop3' && !existsSync('/usr/lib/dovecot/pop3-login'))
    return 'needs dovecot-pop3d';
  if (protocol === 'postgres' && spawnSync(path.replace(/postgres$/, 'initdb'), ['--version']).status !== 0) return 'needs initdb'; // prettier-ignore
  return recipe.needsRoot && !isRoot ? `${recipe.programs.join()} needs root` : null;
}

const LIMIT = 40_000;
const STEP = 50;

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });

/** Starts the server of a protocol, once `whyNot` has returned null. */
export async function startServer(protocol: string, identity: Identity): Promise<StartTlsServer> {
  const recipe = RECIPES[protocol];
  const path = find(recipe?.programs ?? []);
  if (recipe === undefined || path === undefined) throw new Error(whyNot(protocol) ?? protocol);
  const folder = await TempDirectory.create();
  const port = await freePort();
  const cert = await folder.write('tls/cert.pem', identity.chainPem);
  const key = await folder.write('tls/key.pem', identity.keyPem);
  const ca = await folder.write('tls/ca.pem', identity.caPem);
  const child = await recipe.start({ folder, port, cert, key, ca }, path);
  const close = async (): Promise<void> => {
    recipe.stop?.(folder.path, path);
    await child.close();
    await folder.close();
  };
  const state = { ended: false };
  void child.exit.finally(() => (state.ended = true)).catch(() => undefined);
  const end = Date.now() + LIMIT;
  while (!(await answers(port))) {
    if (state.ended || Date.now() > end) {
      await close();
      throw new Error(`${protocol}: the server did not start:\n${child.stdout}${child.stderr}`);
    }
    await sleep(STEP);
  }
  return { port, close };
}
