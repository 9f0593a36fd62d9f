// An error whose message is meant for the person at the terminal, and the frame of every command line that prints it
// without a stack trace. Anything else that is thrown is a defect and keeps its stack.

export class UserError extends Error {
  /**
   * @param {string} message what went wrong and what to do
   * @param {ErrorOptions} [options]
   */
  constructor(message, options) {
    super(message, options);
    this.name = 'UserError';
  }
}

/** What an error has to say to the person at the terminal; undefined for a defect. */
function messageForUser(error) {
  if (error instanceof UserError) return error.message;
  const isArgument = String(error?.code).startsWith('ERR_PARSE_ARGS_'); // from node:util's parseArgs
  if (isArgument)
    return `${error.message}; the comment at the top of ${process.argv[1]} lists what there is`;
}

/**
 * Runs a script's main function and turns its outcome into an exit code.
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
