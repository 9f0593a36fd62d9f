// An error whose message is meant for the user, and the main wrapper of the command lines, which prints it without a
// stack trace. Any other exception is a defect and keeps its stack trace.

export class UserError extends Error {
  /**
   * @param {string} message the problem and the remedy
   * @param {ErrorOptions} [options]
   */
  constructor(message, options) {
    super(message, options);
    this.name = 'UserError';
  }
}

/** Returns the message of an error for the user; undefined for a defect. */
function messageForUser(error) {
  if (error instanceof UserError) return error.message;
  const isArgument = String(error?.code).startsWith('ERR_PARSE_ARGS_'); // from node:util's parseArgs
  if (isArgument)
    return `${error.message}; the comment at the top of ${process.argv[1]} lists what there is`;
}

/**
 * Runs a script's main function and sets the exit code.
 * @param {() => Promise<number | void>} main
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    const message = messageForUser(error);
    console.error(message === undefined ? error : `\nerror: ${message}`);
    process.exitCode = 1;
  }
}
