/** The real servers of the application: nginx, Redis, PostgreSQL, MariaDB, Mosquitto and Postfix, each with TLS. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { Child } from '../../helpers/child.js';
import { freePort } from '../../helpers/free-port.js';
import { hasPeer, peerPath } from '../../helpers/peers.js';
import { startServer, whyNot, type Identity, type Place } from '../../helpers/starttls-servers.js';
import { TempDirectory } from '../../helpers/temp.js';
import { startNginx } from '../support/nginx.js';

interface Running {
  readonly port: number;
  close(): Promise<void>;
}

const isRoot = process.getuid?.() === 0;
const pathOf = (...places: string[]): string | undefined => places.find(existsSync);

const mariadb = (): string | undefined => pathOf('/usr/sbin/mariadbd', '/usr/sbin/mysqld');
const mosquitto = (): string | undefined => pathOf('/usr/sbin/mosquitto', '/usr/bin/mosquitto');

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });

/** Starts a program in a folder of its own, and waits until its port answers. */
async function run(identity: Identity, start: (place: Place) => Promise<Child>): Promise<Running> {
  const folder = await TempDirectory.create();
  const port = await freePort();
  const cert = await folder.write('tls/cert.pem', identity.chainPem);
  const key = await folder.write('tls/key.pem', identity.keyPem);
  const ca = await folder.write('tls/ca.pem', identity.caPem);
  const child = await start({ folder, port, cert, key, ca });
  const close = async (): Promise<void> => {
    await child.close();
    await folder.close();
  };
  for (let i = 0; !(await answers(port)); i++) {
    if (i === 400) {
      await close();
      throw new Error(`the server did not start:\n${child.stdout}${child.stderr}`);
    }
    await sleep(50);
  }
  return { port, close };
}

const redis = ({ folder, port, cert, key, ca }: Place): Promise<Child> =>
  Promise.resolve(
    Child.start(peerPath('redis-server'), [
      ...['--port', '0', '--tls-port', String(port), '--bind', '127.0.0.1', '--dir', folder.path],
      ...['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', ca],
      ...['--tls-auth-clients', 'no', '--save', '', '--appendonly', 'no'],
    ]),
  );

async function broker({ folder, port, cert, key }: Place): Promise<Child> {
  const file = await folder.write(
    'mosquitto.conf',
    `listener ${port} 127.0.0.1
certfile ${cert}
keyfile ${key}
allow_anonymous true
persistence false
${isRoot ? 'user root' : ''}
`,
  );
  return Child.start(mosquitto()!, ['-c', file]);
}

/** The tables that a server without grants needs at least; --skip-grant-tables lets every user in. */
function database({ folder, port, cert, key }: Place): Promise<Child> {
  const data = folder.join('data');
  const common = ['--no-defaults', `--datadir=${data}`, ...(isRoot ? ['--user=root'] : [])];
  execFileSync('mkdir', ['-p', data, `${data}/mysql`, `${data}/test`]);
  const socket = folder.join('socket');
  return Promise.resolve(
    Child.start(mariadb()!, [
      ...[...common, '--skip-grant-tables', '--skip-networking=0', '--bind-address=127.0.0.1'],
      ...[`--port=${port}`, `--socket=${socket}`, `--pid-file=${folder.join('pid')}`],
      ...[
        `--ssl-cert=${cert}`,
        `--ssl-key=${key}`,
        '--innodb=OFF',
        '--default-storage-engine=MEMORY',
      ],
      ...['--aria-log-dir-path=' + data, '--lc-messages-dir=/usr/share/mysql'],
    ]),
  );
}

interface Peer {
  /** Returns why it cannot run here, or null. */
  whyNot(): string | null;
  start(identity: Identity): Promise<Running>;
}

const PEERS: Readonly<Record<string, Peer>> = {
  nginx: {
    whyNot: () => (hasPeer('nginx') ? null : 'needs nginx'),
    start: (identity) => startNginx({ identity }),
  },
  redis: {
    whyNot: () => (hasPeer('redis-server') ? null : 'needs redis-server'),
    start: (identity) => run(identity, redis),
  },
  postgres: {
    whyNot: () => whyNot('postgres'),
    start: (identity) => startServer('postgres', identity),
  },
  smtp: { whyNot: () => whyNot('smtp'), start: (identity) => startServer('smtp', identity) },
  mysql: {
    whyNot: () => (mariadb() ? null : 'needs mariadbd of mariadb-server-core'),
    start: (identity) => run(identity, database),
  },
  mqtt: {
    whyNot: () => (mosquitto() ? null : 'needs mosquitto'),
    start: (identity) => run(identity, broker),
  },
};

export interface Peers {
  readonly ports: Readonly<Record<string, number>>;
  /** The reasons for absent peers, by name. */
  readonly absent: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts all servers that this machine has. */
export async function startPeers(identity: Identity): Promise<Peers> {
  const reasons = Object.entries(PEERS).map(([name, peer]) => [name, peer.whyNot()] as const);
  const absent = Object.fromEntries(reasons.filter(([, reason]) => reason !== null));
  const names = Object.keys(PEERS).filter((name) => !(name in absent));
  const started = await Promise.allSettled(names.map((name) => PEERS[name]!.start(identity)));
  const close = async (): Promise<void> => {
    for (const one of started) if (one.status === 'fulfilled') await one.value.close();
  };
  const failed = started.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await close();
    throw failed.reason;
  }
  const ports = started.map((one, i) => [names[i], one.status === 'fulfilled' && one.value.port]);
  return {
    ports: Object.fromEntries(ports) as Peers['ports'],
    absent: absent as Peers['absent'],
    close,
  };
}
