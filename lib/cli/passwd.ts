// `hermetic-ssl passwd`: hashes and verifies passwords, and measures the iterations for a time.
import {
  hash,
  needsRehash,
  verify,
  type Algorithm,
  type Format,
  type Policy,
} from '../password.js';
import { UsageError, type Arguments } from './frame/command.js';
import { paint, withProgress } from './frame/style.js';
import { EntriesDiffer, readPassword } from './passwd/prompt.js';
import { tune } from './passwd/tune.js';

const MILLISECONDS = 250;
const NOISY = 0.15;

const policyOf = (args: Arguments): Policy => {
  const iterations = args.value('iterations');
  return {
    algorithm: args.value('algorithm') as Algorithm | undefined,
    format: args.value('format') as Format | undefined,
    iterations: iterations === undefined ? undefined : Number(iterations),
  };
};

const print = (args: Arguments, facts: object, text: string): void =>
  console.log(args.has('json') ? JSON.stringify(facts, null, 2) : text);

async function printHash(args: Arguments): Promise<number> {
  const policy = policyOf(args);
  const password = await readPassword({ isNew: true });
  const stored = await withProgress('hashing', () => hash(password, policy));
  print(args, { stored }, stored);
  return 0;
}

async function printVerdict(args: Arguments, stored: string): Promise<number> {
  const rehash = needsRehash(stored);
  const password = await readPassword({ isNew: false });
  const matches = await withProgress('verifying', () => verify(password, stored));
  const advice = rehash ? '\nThe string is weaker than the default: hash the password again.' : '';
  const verdict = matches
    ? paint('green', '✓ the password matches')
    : paint('red', '✗ the password does not match');
  print(args, { matches, needsRehash: rehash }, verdict + (matches ? advice : ''));
  return matches ? 0 : 1;
}

async function printTuned(args: Arguments): Promise<number> {
  const { algorithm = 'pbkdf2-sha256' } = policyOf(args);
  const tuned = await withProgress('measuring', () =>
    tune(algorithm, args.number('ms', MILLISECONDS)),
  );
  const { iterations, milliseconds, owasp, owaspMilliseconds, noise } = tuned;
  const number = (value: number): string => value.toLocaleString('en').padStart(12);
  const advice =
    iterations < owasp
      ? `This time is too short for OWASP’s figure: use ${owasp.toLocaleString('en')}.`
      : `hermetic-ssl passwd --iterations ${iterations}`;
  const lines = [
    paint('bold', `${algorithm} on this machine`),
    `  ${`in ${milliseconds} ms`.padEnd(16)}${number(iterations)} iterations`,
    `  ${'OWASP’s figure'.padEnd(16)}${number(owasp)} iterations, ${owaspMilliseconds} ms`,
    '',
    advice,
    ...(noise > NOISY
      ? [
          paint(
            'yellow',
            `The runs differed by ${Math.round(noise * 100)} %: other programs disturb the measurement.`,
          ),
        ]
      : []),
  ];
  print(args, tuned, lines.join('\n'));
  return 0;
}

/** Runs the command and returns the exit code. @throws UsageError; PasswordFormatError for an unusable stored string */
export async function passwd(args: Arguments): Promise<number> {
  const stored = args.value('verify');
  if (args.has('tune') && stored !== undefined)
    throw new UsageError('--tune and --verify exclude each other');
  if (args.value('ms') !== undefined && !args.has('tune'))
    throw new UsageError('--ms goes with --tune');
  try {
    if (args.has('tune')) return await printTuned(args);
    return await (stored === undefined ? printHash(args) : printVerdict(args, stored));
  } catch (error) {
    if (!(error instanceof EntriesDiffer)) throw error;
    console.error(`hermetic-ssl: ${error.message}`);
    return 1;
  }
}
