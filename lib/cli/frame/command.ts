// The types of the command table. Parsing, usage text, completion, the man page and docs/cli.md all come from it.

/** An option. Without `value` it is a switch. */
export interface Option {
  readonly name: string;
  readonly short?: string;
  /** The placeholder of its value in usage text: FILE. */
  readonly value?: string;
  /** The only values that it takes. */
  readonly choices?: readonly string[];
  /** Its value is a number between these, in whole units. */
  readonly range?: readonly [least: number, most: number];
  /** The shell completes its value as a path. */
  readonly isPath?: boolean;
  readonly help: string;
}

export interface ExitCode {
  readonly code: number;
  readonly when: string;
}

export interface Example {
  readonly line: string;
  readonly shows: string;
}

/** The arguments of a command, after the checks that its entry in the table describes. */
export interface Arguments {
  readonly operands: readonly string[];
  /** Returns whether a switch was given. */
  has(name: string): boolean;
  /** Returns the value of an option, undefined if it was not given. */
  value(name: string): string | undefined;
  /** Returns the value of an option with a `range`, or `otherwise`. */
  number(name: string, otherwise: number): number;
}

/** A command's code: returns the exit code. The commands of the table are what completion and the man page describe. */
export type Run = (args: Arguments, commands: readonly Command[]) => number | Promise<number>;

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The operands as usage text shows them: HOST[:PORT]. */
  readonly operands: string;
  readonly minOperands: number;
  readonly maxOperands: number;
  /** The only values of the first operand. */
  readonly actions?: readonly string[];
  /** The shell completes the operands as paths. */
  readonly takesPaths?: boolean;
  /** Paragraphs. */
  readonly description: readonly string[];
  readonly options: readonly Option[];
  /** In addition to 0 and 2, which mean the same for every command. */
  readonly exitCodes: readonly ExitCode[];
  readonly examples: readonly Example[];
  /** Loads the command's code, so that help and completion do not need the addon. */
  readonly load: () => Promise<Run>;
}

/** An error in the arguments: the exit code is 2, and the message is followed by the way to the help. */
export class UsageError extends Error {}

export const JSON_OPTION: Option = { name: 'json', help: 'one JSON document instead of text' };
export const HELP_OPTION: Option = { name: 'help', short: 'h', help: 'this text' };

/** The exit codes of every command. */
export const COMMON_EXIT_CODES: readonly ExitCode[] = [
  { code: 0, when: 'success' },
  { code: 2, when: 'the arguments are wrong' },
];

/** Returns all options of a command, `--help` included. */
export const optionsOf = ({ options }: Command): readonly Option[] => [...options, HELP_OPTION];

/** Returns all exit codes of a command, in order. */
export const exitCodesOf = ({ exitCodes }: Command): readonly ExitCode[] => {
  const own = new Set(exitCodes.map(({ code }) => code));
  const common = COMMON_EXIT_CODES.filter(({ code }) => !own.has(code));
  return [...common, ...exitCodes].toSorted((a, b) => a.code - b.code);
};
