// `hermetic-ssl connect`: connects to a server and shows what was agreed, or why it failed.
import { derCertToPemCert, SSLCertVerificationError, type SSLSocket } from '../ssl.js';
import { failedOutcome, exitCodeOf, outcomeOf, type Outcome } from './connect/outcome.js';
import { page } from './connect/page.js';
import { Clock, open, type Opened } from './connect/probe.js';
import { resumableSession, tryToResume } from './connect/resumption.js';
import { readSettings, type Settings } from './connect/settings.js';
import { talk } from './connect/talk.js';
import { UsageError, type Arguments } from './frame/command.js';
import { painter, withProgress } from './frame/style.js';
import { columns } from './frame/text.js';

type Stream = NodeJS.WriteStream;

function print(outcome: Outcome, args: Arguments, stream: Stream): void {
  if (args.has('json')) {
    stream.write(`${JSON.stringify(outcome, null, 2)}\n`);
    return;
  }
  stream.write(`${page(outcome, { width: columns(), paint: painter(stream) }).join('\n')}\n`);
}

const printPem = (chain: readonly Buffer[]): void => {
  process.stdout.write(chain.map((der) => derCertToPemCert(der)).join(''));
};

const sentChain = (socket: SSLSocket): readonly Buffer[] => socket.getUnverifiedChain();

/** Prints the page of a connection, and closes it. */
async function show(
  settings: Settings,
  opened: Opened,
  clock: Clock,
  args: Arguments,
): Promise<number> {
  const outcome = outcomeOf(settings, opened, clock);
  const session = await resumableSession(opened.socket, clock);
  opened.socket.destroySoon();
  const resumption = await tryToResume(settings, opened, session, clock);
  const full = { ...outcome, resumption };
  print(full, args, process.stdout);
  return exitCodeOf(full, settings.insecure);
}

async function attempt(settings: Settings, clock: Clock, args: Arguments): Promise<number> {
  const opened = await open(settings, clock);
  if (args.operands[1] === '-') {
    const outcome = outcomeOf(settings, opened, clock);
    print(outcome, args, process.stderr);
    await talk(opened.socket);
    return exitCodeOf(outcome, settings.insecure);
  }
  if (!args.has('pem')) return show(settings, opened, clock, args);
  printPem(sentChain(opened.socket));
  opened.socket.destroy();
  return 0;
}

/** Runs the command and returns the exit code. @throws UsageError, and the errors of files that cannot be read */
export async function connect(args: Arguments): Promise<number> {
  const [, dash] = args.operands;
  if (dash !== undefined && dash !== '-') throw new UsageError(`unexpected argument '${dash}'`);
  if (args.has('pem') && args.has('json'))
    throw new UsageError('--json and --pem exclude each other');
  const settings = readSettings(args);
  const clock = new Clock();
  const work = (): Promise<number> => attempt(settings, clock, args);
  try {
    return await (dash === '-' ? work() : withProgress(`connecting to ${settings.host}`, work));
  } catch (error) {
    if (args.has('pem') && error instanceof SSLCertVerificationError) printPem(error.chain);
    const outcome = failedOutcome(settings, error, clock);
    print(outcome, args, args.has('pem') || dash === '-' ? process.stderr : process.stdout);
    return exitCodeOf(outcome, settings.insecure);
  }
}
