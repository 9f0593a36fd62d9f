// `hermetic-ssl serve`: serves a folder, or a development server, over HTTPS on this machine.
import { realpathSync, statSync } from 'node:fs';
import { isIPv6 } from 'node:net';

import { hasAuthority } from './ca/authority.js';
import { UsageError, type Arguments } from './frame/command.js';
import { paint } from './frame/style.js';
import { folded } from './frame/text.js';
import { certificateOf } from './serve/certificate.js';
import { filesOf } from './serve/files.js';
import { makeLog, type Log } from './serve/log.js';
import { proxyTo, upgradeTo } from './serve/proxy.js';
import { startServer, type ServeOptions, type Served } from './serve/server.js';

const FIRST_PORT = 8443;
const NUM_PORTS = 20;

function targetOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'http:' || url.pathname !== '/')
    throw new UsageError(`--proxy takes a URL such as http://localhost:3000, not '${text}'`);
  return url;
}

function folderOf(name: string): string {
  const stats = statSync(name, { throwIfNoEntry: false });
  if (stats?.isDirectory() !== true) throw new UsageError(`'${name}' is not a folder`);
  return realpathSync(name);
}

type Content = Pick<ServeOptions, 'handler' | 'upgrade'> & { readonly shown: string };

function contentOf(args: Arguments): Content {
  const [proxy, folder] = [args.value('proxy'), args.operands[0]];
  if (proxy !== undefined && folder !== undefined)
    throw new UsageError('--proxy and DIR exclude each other');
  if (proxy === undefined) {
    const root = folderOf(folder ?? '.');
    return { handler: filesOf(root), upgrade: null, shown: root };
  }
  const target = targetOf(proxy);
  return { handler: proxyTo(target), upgrade: upgradeTo(target), shown: target.origin };
}

const portsOf = (args: Arguments): number[] =>
  args.value('port') === undefined
    ? Array.from({ length: NUM_PORTS }, (_, index) => FIRST_PORT + index)
    : [args.number('port', FIRST_PORT)];

function announce(
  log: Log,
  { port }: Served,
  args: Arguments,
  shown: string,
  isNew: boolean,
): void {
  const host = args.value('host') ?? '';
  const isSpecial = host === '' || host === '127.0.0.1' || host === '0.0.0.0' || host === '::';
  const name = isSpecial ? 'localhost' : isIPv6(host) ? `[${host}]` : host;
  const url = `https://${name}:${port}/`;
  log.event(`${paint('bold', url)}  ${paint('dim', shown)}`, { url, serves: shown });
  if (!isNew || args.has('json')) return;
  const advice = 'A local authority was made for its certificate. So that browsers accept it: hermetic-ssl ca install --nss'; // prettier-ignore
  console.log(folded(advice, process.stdout));
}

/** Returns when the user ends the program. */
const ended = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });

/** Runs the command and returns the exit code. @throws UsageError, and the errors of files */
export async function serve(args: Arguments): Promise<number> {
  const { handler, upgrade, shown } = contentOf(args);
  const isNew = args.value('cert') === undefined && !hasAuthority();
  const certificate = certificateOf(args);
  const log = makeLog({ json: args.has('json'), quiet: args.has('quiet') });
  const [host, ports] = [args.value('host') ?? '127.0.0.1', portsOf(args)];
  let served: Served;
  try {
    served = await startServer({ context: certificate.context, host, ports, handler: log.requests(handler), upgrade }); // prettier-ignore
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    const list = ports.length > 1 ? `${ports[0]} to ${ports.at(-1)} are` : `${ports[0]} is`;
    console.error(folded(`hermetic-ssl: port ${list} in use: --port names another, and 0 takes any free one`, process.stderr)); // prettier-ignore
    return 1;
  }
  announce(log, served, args, shown, isNew);
  const stop = certificate.follow(
    (context) => {
      served.useContext(context);
      log.event('took the new certificate', { certificate: 'new' });
    },
    (error) => log.event(`kept the earlier certificate: ${error.message}`, { certificate: 'kept', message: error.message }), // prettier-ignore
  );
  await ended();
  stop();
  served.close();
  return 0;
}
