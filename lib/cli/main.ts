#!/usr/bin/env node
// The command line: npx hermetic-ssl COMMAND. Chooses the command and turns its outcome into an exit code.
import { COMMANDS } from './commands.js';
import { UsageError, type Command } from './frame/command.js';
import { suggestion } from './frame/nearest.js';
import { parseArguments } from './frame/parse.js';
import { columns, folded } from './frame/text.js';
import { commandUsage, PROGRAM, programUsage } from './frame/usage.js';

const WRONG_ARGUMENTS = 2;

function commandOf(name: string): Command {
  const command = COMMANDS.find((it) => it.name === name);
  if (command !== undefined) return command;
  const isOption = name.startsWith('-');
  const names = isOption ? ['--help', '--version'] : COMMANDS.map((it) => it.name);
  const what = isOption ? 'option' : 'command';
  throw new UsageError(`unknown ${what} '${name}'${suggestion(name, names)}`);
}

async function runCommand(command: Command, args: readonly string[]): Promise<number> {
  const parsed = parseArguments(command, args);
  if (parsed === 'help') {
    console.log(commandUsage(command, columns()));
    return 0;
  }
  const code = await command.load();
  return code(parsed, COMMANDS);
}

async function printVersion(): Promise<number> {
  const { linked } = await import('../internal/native/binding.js');
  const { packageVersion } = await import('../internal/package-version.js');
  console.log(`${PROGRAM} ${packageVersion} (${linked.openssl})`);
  return 0;
}

async function run(args: readonly string[]): Promise<number> {
  const [first, ...rest] = args;
  if (first === '--version') return printVersion();
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    const [name] = rest;
    const text =
      name === undefined
        ? programUsage(COMMANDS, columns())
        : commandUsage(commandOf(name), columns());
    console.log(text);
    return first === undefined ? WRONG_ARGUMENTS : 0;
  }
  return runCommand(commandOf(first), rest);
}

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  try {
    return await run(args);
  } catch (error) {
    const name = COMMANDS.some((it) => it.name === args[0]) ? ` ${args[0]}` : '';
    const message = error instanceof Error ? error.message : String(error);
    const bare = message.replace(`${PROGRAM}: `, ''); // of an addon that cannot be loaded
    console.error(folded(`${PROGRAM}: ${bare}`, process.stderr));
    if (error instanceof UsageError) console.error(`Try ${PROGRAM}${name} --help.`);
    return WRONG_ARGUMENTS;
  }
}

// A reader that has enough, such as head, closes the pipe: not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.exitCode = await main();
