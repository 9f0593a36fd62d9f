// The common parts of the benchmarks' command lines: --help, one line and exit code 2 for a wrong option, messages
// without a stack trace for the user's mistakes.
import { parseArgs } from 'node:util';

const USAGE_ERROR = 2;

/** An error that the user has to correct. */
export class UsageError extends Error {}

/**
 * Reads the options of a benchmark, or ends the process: with 0 after --help, with 2 after an unknown option.
 * @param {Record<string, object>} options as for parseArgs
 * @param {string} help
 */
export function readOptions(options, help) {
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean' } } });
    if (values.help !== true) return values;
  } catch (error) {
    return endWithUsageError(error.message);
  }
  process.stdout.write(help);
  return process.exit(0);
}

/** Parses a whole number from `least` up, from an option's text. */
export function wholeNumber(text, name, least = 1) {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
  throw new UsageError(`--${name} takes a whole number from ${least} up, not '${text}'`);
}

/** Prints one line and ends the process. */
export function endWithUsageError(message) {
  const [line] = message.split('\n');
  console.error(`error: ${line}${line.includes('--help') ? '' : ' (--help lists the options)'}`);
  return process.exit(USAGE_ERROR);
}
