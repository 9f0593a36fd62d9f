// Counts how often a server crosses from JavaScript into the addon, by function: per handshake, request and megabyte.
//   node bench/crossings.mjs
// Counts do not depend on the load of the machine, as times do. The client is node:tls.
import { once } from 'node:events';
import * as tls from 'node:tls';
import { fileURLToPath } from 'node:url';

import { makeCertificate } from './lib/certificate.mjs';
import { readOptions } from './lib/command-line.mjs';
import { markdownTable } from './lib/markdown.mjs';
import { ServerProcess } from './tls/server-process.mjs';
import { measureDown, measureRequests, measureUp } from './tls/raw-client.mjs';

const HELP =
  'node bench/crossings.mjs: the calls of the addon per handshake, request and megabyte\n';
const HANDSHAKES = 200;
const MEGABYTES = 64;
const SERVER = fileURLToPath(new URL('tls/raw-server.mjs', import.meta.url));
const COUNTER = fileURLToPath(new URL('crossings/count.mjs', import.meta.url));

readOptions({}, HELP);

async function handshakes(port, options) {
  const session = options.isResumed ? await firstSession(port, options) : undefined;
  for (let done = 0; done < HANDSHAKES; done += 1) {
    const socket = tls.connect({ ...clientOptions(port, options), session });
    await once(socket, 'secureConnect');
    if (options.isResumed && !socket.isSessionReused()) throw new Error('it was not resumed');
    socket.end();
    await once(socket, 'close');
  }
  return { count: HANDSHAKES };
}

const clientOptions = (port, { version }) => ({
  ...{ port, host: '127.0.0.1', rejectUnauthorized: false },
  ...{ minVersion: version, maxVersion: version },
});

async function firstSession(port, options) {
  const socket = tls.connect(clientOptions(port, options)).resume();
  const [session] = await once(socket, 'session');
  socket.end();
  return session;
}

const full = (version) => (port) => handshakes(port, { version, isResumed: false });

const SCENARIOS = {
  'handshake and close, TLS 1.3': full('TLSv1.3'),
  'handshake and close, TLS 1.2': full('TLSv1.2'),
  'handshake and close, TLS 1.2, resumed': (port) =>
    handshakes(port, { version: 'TLSv1.2', isResumed: true }),
  request: (port) => measureRequests({ port }, { connections: 1, seconds: 1 }),
  'MB up': (port) => measureUp({ port }, { megabytes: MEGABYTES }),
  'MB down': (port) => measureDown({ port }, { megabytes: MEGABYTES }),
};

async function crossingsOf(server, run) {
  const before = await server.crossings();
  const { count } = await run(server.port);
  const after = await server.crossings();
  const perUnit = Object.entries(after)
    .map(([name, calls]) => [name, (calls - (before[name] ?? 0)) / count])
    .filter(([, calls]) => calls >= 0.05)
    .toSorted(([, one], [, other]) => other - one);
  const total = perUnit.reduce((sum, [, calls]) => sum + calls, 0);
  return [total.toFixed(1), perUnit.map(([name, calls]) => `${name} ${calls.toFixed(1)}`)];
}

const argument = JSON.stringify({ kind: 'hermetic-ssl', ...makeCertificate() });
const server = await ServerProcess.start('hermetic-ssl', [process.execPath, '--import', COUNTER, SERVER, argument]); // prettier-ignore
try {
  const rows = [];
  for (const [name, run] of Object.entries(SCENARIOS)) {
    await run(server.port); // compiles, and fills caches
    const [total, functions] = await crossingsOf(server, run);
    rows.push([name, total, functions.join(', ')]);
  }
  console.log(markdownTable(['per', 'calls', 'of them'], rows, 3));
} finally {
  await server.stop();
}
