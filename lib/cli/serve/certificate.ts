// The certificate of `hermetic-ssl serve`: of the local authority, or from files, and read again when they change.
import { unwatchFile, watchFile } from 'node:fs';
import { isIP } from 'node:net';

import { PROTOCOL_TLS_SERVER } from '../../ssl/constants.js';
import { SSLContext } from '../../ssl/context.js';
import { localAuthority } from '../ca/authority.js';
import { requireLocalName } from '../ca/local-names.js';
import { UsageError, type Arguments } from '../frame/command.js';

const DAYS = 30;
const RENEWAL = 12 * 60 * 60 * 1000;
const INTERVAL = 1000;

export interface Certificate {
  readonly context: SSLContext;
  /** Calls `take` with a context for each later certificate, and `complain` if one cannot be used. */
  follow(take: (context: SSLContext) => void, complain: (error: Error) => void): () => void;
}

type Pair = Parameters<SSLContext['loadCertChain']>[0];

function contextOf(pair: Pair): SSLContext {
  const context = new SSLContext(PROTOCOL_TLS_SERVER);
  context.loadCertChain(pair);
  context.setAlpnProtocols(['h2', 'http/1.1']);
  return context;
}

function namesOf(args: Arguments): string[] {
  const given = (args.value('name') ?? '').split(',').filter((name) => name !== '');
  given.forEach(requireLocalName);
  const host = args.value('host') ?? '';
  const isAddress = isIP(host) !== 0 && host !== '0.0.0.0' && host !== '::';
  return [...new Set(['localhost', ...given, '127.0.0.1', '::1', ...(isAddress ? [host] : [])])];
}

function ofAuthority(args: Arguments): Certificate {
  const names = namesOf(args);
  const make = (): SSLContext => {
    const { certificate, key } = localAuthority().issue(names, DAYS);
    return contextOf({ cert: certificate, key });
  };
  return {
    context: make(),
    follow(take) {
      const timer = setInterval(() => take(make()), RENEWAL).unref();
      return () => clearInterval(timer);
    },
  };
}

function ofFiles(certfile: string, keyfile: string | undefined): Certificate {
  const make = (): SSLContext => contextOf({ certfile, keyfile });
  return {
    context: make(),
    follow(take, complain) {
      const look = (): void => {
        try {
          take(make());
        } catch (error) {
          complain(error as Error);
        }
      };
      const files = keyfile === undefined ? [certfile] : [certfile, keyfile];
      for (const file of files) watchFile(file, { interval: INTERVAL, persistent: false }, look);
      return () => files.forEach((file) => unwatchFile(file, look));
    },
  };
}

/** Returns the certificate that the arguments ask for. @throws UsageError, and the errors of files */
export function certificateOf(args: Arguments): Certificate {
  const [cert, key, name] = ['cert', 'key', 'name'].map((it) => args.value(it));
  if (cert === undefined && key !== undefined) throw new UsageError('--key goes with --cert');
  if (cert !== undefined && name !== undefined)
    throw new UsageError('--cert and --name exclude each other');
  return cert === undefined ? ofAuthority(args) : ofFiles(cert, key);
}
