// `hermetic-ssl completion` and `hermetic-ssl man`.
import type { Arguments, Command } from './frame/command.js';
import { completion, type Shell } from './frame/completion.js';
import { manPage, markdownPage } from './frame/manual.js';

/** Prints a completion script and returns the exit code. */
export function printCompletion({ operands }: Arguments, commands: readonly Command[]): number {
  process.stdout.write(completion(operands[0] as Shell, commands));
  return 0;
}

/** Prints the man page, or the same as Markdown, and returns the exit code. */
export async function printManual(args: Arguments, commands: readonly Command[]): Promise<number> {
  const { packageVersion } = await import('../internal/package-version.js');
  process.stdout.write(
    args.has('markdown') ? markdownPage(commands) : manPage(commands, packageVersion),
  );
  return 0;
}
