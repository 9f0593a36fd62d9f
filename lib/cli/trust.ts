// `hermetic-ssl trust`: shows the certificates that the platform trusts, and verifies a chain with them.
import { parseArgs } from 'node:util';

import { Purpose } from '../ssl/purpose.js';
import { listCertificates, type ListOptions } from './trust/list.js';
import { verifyTarget } from './trust/verify.js';

const USAGE = `usage: hermetic-ssl trust [--json | --pem] [--purpose server|client] [--soon DAYS]
       hermetic-ssl trust --verify HOST[:PORT] | FILE [--json]

Prints the certificates that this machine trusts and distrusts, or those that
SSL_CERT_FILE and SSL_CERT_DIR name: subject, purposes, the day they expire,
where they are from. Exit code 1 when there are none.

options:
  --purpose P      only those that a client needs to verify servers (server),
                   or a server to verify clients (client)
  --soon DAYS      mark what expires within so many days (90)
  --pem            a PEM bundle, of those for servers unless --purpose says
  --json           one JSON document
  --verify TARGET  says which root anchors a server's chain, or the chain in a
                   file (PEM or DER, the leaf first), or why none does;
                   exit code 1 when it does not verify, 2 when it cannot be had
  --help           this text`;

const OPTIONS = {
  json: { type: 'boolean' },
  pem: { type: 'boolean' },
  purpose: { type: 'string' },
  soon: { type: 'string' },
  verify: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const PURPOSES = new Map<string, Purpose>([
  ['server', Purpose.SERVER_AUTH],
  ['client', Purpose.CLIENT_AUTH],
]);

const SOON = 90;

function purposeOf(name: string | undefined): Purpose | null {
  if (name === undefined) return null;
  const purpose = PURPOSES.get(name);
  if (purpose === undefined) throw new Error(`--purpose takes server or client, not '${name}'`);
  return purpose;
}

function daysOf(text: string | undefined): number {
  if (text === undefined) return SOON;
  if (!/^\d{1,6}$/.test(text)) throw new Error(`--soon takes a number of days, not '${text}'`);
  return Number(text);
}

function formatOf({ json = false, pem = false }): ListOptions['format'] {
  if (json && pem) throw new Error('--json and --pem exclude each other');
  if (json) return 'json';
  return pem ? 'pem' : 'table';
}

/** Runs the command and returns the exit code. @throws Error for invalid arguments */
export async function trust(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const { json, pem, verify, help } = values;
  if (help === true) {
    console.log(USAGE);
    return 0;
  }
  const options = { purpose: purposeOf(values.purpose), soonDays: daysOf(values.soon) };
  if (verify === undefined)
    return listCertificates({ ...options, format: formatOf({ json: json ?? false, pem: pem ?? false }) });
  if (pem === true || values.purpose !== undefined || values.soon !== undefined)
    throw new Error('--verify goes with --json only');
  return verifyTarget(verify, { json: json ?? false });
} // prettier-ignore
