// The help of the program and of its commands, made from the table.
import { exitCodesOf, optionsOf, type Command, type Option } from './command.js';
import { definitions, wrap } from './text.js';

export const PROGRAM = 'hermetic-ssl';

/** Returns "--soon DAYS", "-h, --help". */
export function optionTerm({ name, short, value, choices }: Option): string {
  const long = value === undefined ? `--${name}` : `--${name} ${choices?.join('|') ?? value}`;
  return short === undefined ? long : `-${short}, ${long}`;
}

/** Returns the line "hermetic-ssl connect HOST[:PORT] [options]". */
export const synopsis = ({ name, operands }: Command): string =>
  [PROGRAM, name, operands, '[options]'].filter((part) => part !== '').join(' ');

/** Returns the help of a command. */
export function commandUsage(command: Command, width: number): string {
  const { description, examples } = command;
  const rows = optionsOf(command).map((it) => [optionTerm(it), it.help] as const);
  const exits = exitCodesOf(command).map(({ code, when }) => [String(code), when] as const);
  const shown = examples.map(({ line, shows }) => [line, shows] as const);
  return [
    `usage: ${synopsis(command)}`,
    ...description.flatMap((paragraph) => ['', ...wrap(paragraph, width)]),
    '',
    'options:',
    ...definitions(rows, width),
    '',
    'exit codes:',
    ...definitions(exits, width),
    ...(shown.length > 0 ? ['', 'examples:', ...definitions(shown, width)] : []),
  ].join('\n');
}

const NOTE =
  'Exit code 0 is success, and 2 means that the arguments are wrong. Colours appear on a terminal only, and never if NO_COLOR is set.';

/** Returns the help of the program. */
export function programUsage(commands: readonly Command[], width: number): string {
  const rows = commands.map(({ name, summary }) => [name, summary] as const);
  return [
    `usage: ${PROGRAM} <command> [options]`,
    '',
    'commands:',
    ...definitions(rows, width),
    '',
    'options:',
    ...definitions(
      [
        ['--json', 'one JSON document instead of text'],
        ['-h, --help', 'this text; after a command, its options, exit codes and examples'],
        ['--version', 'the version of this package and of its OpenSSL'],
      ],
      width,
    ),
    '',
    ...wrap(NOTE, width),
  ].join('\n');
}
