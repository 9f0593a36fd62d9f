// The target of `trust --verify`: a server, or a file with a chain.
import { existsSync, readFileSync } from 'node:fs';

import { unwrap } from '../../errors.js';
import { binding } from '../../internal/native/binding.js';
import { PROTOCOL_TLS_CLIENT, VerifyMode } from '../../ssl/constants.js';
import { connect } from '../../ssl/connect.js';
import { SSLContext } from '../../ssl/context.js';

/** A chain, leaf first, as concatenated DER, and the name that it has to match; empty for any. */
export interface Presented {
  readonly title: string;
  readonly ders: Buffer;
  readonly hostname: string;
}

const HTTPS = 443;

function readChain(file: string): Presented {
  const ders = unwrap(binding.readCertificates(`'${file}'`, readFileSync(file)));
  return { title: file, ders: Buffer.concat(ders), hostname: '' };
}

/** "example.org", "example.org:8443", "[::1]:8443", "::1". */
export function parseServer(target: string): { host: string; port: number } {
  const [, bracketed, plain, digits] =
    /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(target) ?? [];
  const host = bracketed ?? plain ?? (/^[0-9a-f:.]+$/i.test(target) ? target : '');
  const port = digits === undefined ? HTTPS : Number(digits);
  if (host === '' || port === 0 || port > 65_535)
    throw new Error(`'${target}' is neither a file nor HOST[:PORT]`);
  return { host, port };
}

/** Fetches the chain that a server sends, without trusting it. */
async function fetchChain(target: string, timeout: number): Promise<Presented> {
  const { host, port } = parseServer(target);
  const context = new SSLContext(PROTOCOL_TLS_CLIENT);
  context.checkHostname = false;
  context.verifyMode = VerifyMode.CERT_NONE;
  const socket = await connect({ host, port, context, timeout });
  const ders = Buffer.concat(socket.getUnverifiedChain());
  socket.on('error', () => {}).destroySoon();
  return { title: `${host}:${port}`, ders, hostname: host };
}

const UNKNOWN_HOST = new Set(['ENOTFOUND', 'EAI_AGAIN']);

/** Reads the file of that name if it exists, and asks a server otherwise. */
export async function present(target: string, timeout: number): Promise<Presented> {
  const isPath = target.includes('/') || target.includes('\\');
  if (isPath || existsSync(target)) return readChain(target);
  try {
    return await fetchChain(target, timeout);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!UNKNOWN_HOST.has(code)) throw error;
    const neither = `neither a file nor a server named '${target}' was found: ${message}`;
    throw new Error(neither, { cause: error });
  }
}
