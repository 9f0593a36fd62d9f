// `hermetic-ssl trust`: shows the certificates that the platform trusts, and verifies a chain with them.
import { Purpose } from '../ssl/purpose.js';
import { UsageError, type Arguments } from './frame/command.js';
import { listCertificates, type ListOptions } from './trust/list.js';
import { verifyTarget } from './trust/verify.js';

const PURPOSES = new Map<string, Purpose>([
  ['server', Purpose.SERVER_AUTH],
  ['client', Purpose.CLIENT_AUTH],
]);

const SOON = 90;

function formatOf(args: Arguments): ListOptions['format'] {
  if (args.has('json') && args.has('pem'))
    throw new UsageError('--json and --pem exclude each other');
  if (args.has('json')) return 'json';
  return args.has('pem') ? 'pem' : 'table';
}

/** Runs the command and returns the exit code. @throws UsageError for options that do not go together */
export async function trust(args: Arguments): Promise<number> {
  const [verify, purpose] = [args.value('verify'), args.value('purpose')];
  if (verify === undefined)
    return listCertificates({
      purpose: PURPOSES.get(purpose ?? '') ?? null,
      soonDays: args.number('soon', SOON),
      format: formatOf(args),
    });
  if (args.has('pem') || purpose !== undefined || args.value('soon') !== undefined)
    throw new UsageError('--verify goes with --json only');
  return verifyTarget(verify, { json: args.has('json') });
}
