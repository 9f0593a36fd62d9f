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

/**
 * Runs a script's main function and turns its outcome into an exit code.
 * @param {() => Promise<number | void>} main
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    console.error(error instanceof UserError ? `\nerror: ${error.message}` : error);
    process.exitCode = 1;
  }
}
