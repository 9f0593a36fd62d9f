// The settings of `hermetic-ssl connect`, from its arguments.
import { existsSync, readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';

import { UsageError, type Arguments } from '../frame/command.js';
import {
  createDefaultContext,
  Options,
  Purpose,
  TLSVersion,
  VerifyFlags,
  type SSLContext,
} from '../../ssl.js';
import { PORTS, type StartTls } from '../starttls/protocols.js';

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly serverHostname: string;
  readonly startTls: StartTls | null;
  readonly context: SSLContext;
  /** The file of --ca. */
  readonly authority: string | null;
  readonly insecure: boolean;
  readonly timeout: number;
}

const HTTPS = 443;
const MOST_PORT = 65_535;
const SECONDS = 15;

/** Ports whose servers do not speak HTTP: SMTP, LDAP, DNS, FTP, IMAP, POP3, XMPP and PostgreSQL over TLS. */
const OTHER_PORTS = new Set([465, 636, 853, 990, 993, 995, 5223, 5432]);

const VERSIONS: Readonly<Record<string, TLSVersion>> = {
  '1.0': TLSVersion.TLSv1,
  '1.1': TLSVersion.TLSv1_1,
  '1.2': TLSVersion.TLSv1_2,
  '1.3': TLSVersion.TLSv1_3,
};
const OLD = new Set(['1.0', '1.1']);

/** Reads "example.org", "example.org:8443", "[::1]:8443", "::1", "https://example.org/path". */
export function parseTarget(target: string, otherwise: number): { host: string; port: number } {
  const bare = target.replace(/^https:\/\/([^/?#]+).*$/, '$1');
  const [, bracketed, plain, digits] =
    /^(?:\[([^\]]+)\]|([^:/]+))(?::(\d{1,5}))?$/.exec(bare) ?? [];
  const host = bracketed ?? plain ?? (isIPv6(bare) ? bare : '');
  const port = digits === undefined ? otherwise : Number(digits);
  if (host === '' || port === 0 || port > MOST_PORT)
    throw new UsageError(
      `'${target}' is not HOST[:PORT]: example.org, example.org:8443 or [::1]:8443`,
    );
  return { host, port };
}

/** Everything obsolete that the library still has: only to look at an old server. */
function allowLegacy(context: SSLContext): void {
  context.minimumVersion = TLSVersion.MINIMUM_SUPPORTED;
  context.setCiphers('ALL:@SECLEVEL=0');
  context.verifyFlags &= ~VerifyFlags.VERIFY_X509_STRICT;
  context.options |= Options.OP_LEGACY_SERVER_CONNECT;
}

function loadIdentity(context: SSLContext, args: Arguments): void {
  const [cert, key, pfx, passfile] = ['cert', 'key', 'pfx', 'passfile'].map((it) => args.value(it));
  if (cert !== undefined && pfx !== undefined)
    throw new UsageError('--cert and --pfx exclude each other');
  if (key !== undefined && cert === undefined) throw new UsageError('--key goes with --cert');
  const certfile = cert ?? pfx;
  if (certfile === undefined) return;
  const [password] = passfile === undefined ? [] : readFileSync(passfile, 'utf8').split(/\r?\n/);
  context.loadCertChain({ certfile, keyfile: key, password, legacy: args.has('legacy') });
}

function makeContext(args: Arguments, isWeb: boolean): SSLContext {
  const ca = args.value('ca');
  if (ca !== undefined && !existsSync(ca))
    throw new UsageError(`--ca: the file '${ca}' does not exist`);
  const context = createDefaultContext(
    Purpose.SERVER_AUTH,
    ca === undefined ? null : { cafile: ca },
  );
  const version = args.value('tls');
  if (args.has('legacy')) allowLegacy(context);
  else if (OLD.has(version ?? ''))
    throw new UsageError(`--tls ${version} is obsolete and needs --legacy as well`);
  if (version !== undefined) {
    const only = VERSIONS[version] ?? TLSVersion.MAXIMUM_SUPPORTED;
    context.minimumVersion = only;
    context.maximumVersion = only;
  }
  const alpn = args.value('alpn') ?? (isWeb ? 'h2,http/1.1' : '');
  if (alpn !== '') context.setAlpnProtocols(alpn.split(','));
  if (args.has('insecure')) context.verifyCallback = () => true;
  loadIdentity(context, args);
  return context;
}

/** Returns the settings. @throws UsageError, and the errors of files */
export function readSettings(args: Arguments): Settings {
  const startTls = (args.value('starttls') ?? null) as StartTls | null;
  const { host, port } = parseTarget(
    args.operands[0] ?? '',
    startTls === null ? HTTPS : PORTS[startTls],
  );
  return {
    host,
    port,
    serverHostname: args.value('servername') ?? host,
    startTls,
    context: makeContext(args, startTls === null && !OTHER_PORTS.has(port)),
    authority: args.value('ca') ?? null,
    insecure: args.has('insecure'),
    timeout: args.number('timeout', SECONDS) * 1000,
  };
}
