// Reads the arguments of a command by its entry in the table.
import { parseArgs } from 'node:util';

import { optionsOf, UsageError, type Arguments, type Command, type Option } from './command.js';
import { suggestion } from './nearest.js';

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** The value of an option may begin with a dash only after "=". An operand "-" is an operand. */
function tokensOf(args: readonly string[], options: readonly Option[]): ReturnType<typeof parse> {
  for (const arg of args) {
    if (arg === '--') break;
    const [, name] = /^--([^=]+)/.exec(arg) ?? [];
    if (name === undefined) continue;
    const known = options.map((option) => option.name);
    if (!known.includes(name))
      throw new UsageError(`unknown option '--${name}'${suggestion(name, known, '--')}`);
  }
  try {
    return parse(args, options);
  } catch (error) {
    throw new UsageError((error as Error).message.replace(/\. To specify.*$/s, ''));
  }
}

const parse = (
  args: readonly string[],
  options: readonly Option[],
): { values: Values; positionals: string[] } => {
  const entries = options.map(
    ({ name, short, value }): [string, { type: 'string' | 'boolean'; short?: string }] => [
      name,
      {
        type: value === undefined ? 'boolean' : 'string',
        ...(short === undefined ? {} : { short }),
      },
    ],
  );
  const config = { args: [...args], allowPositionals: true, options: Object.fromEntries(entries) };
  const { values, positionals } = parseArgs(config);
  return { values, positionals };
};

function checkOption({ name, choices, range }: Option, text: string): void {
  if (choices !== undefined && !choices.includes(text)) {
    const list = choices.join(', ').replace(/, ([^,]*)$/, ' or $1');
    throw new UsageError(`--${name} takes ${list}, not '${text}'${suggestion(text, choices)}`);
  }
  if (range === undefined) return;
  const number = /^\d{1,12}$/.test(text) ? Number(text) : -1;
  if (number < range[0] || number > range[1])
    throw new UsageError(`--${name} takes a number from ${range[0]} to ${range[1]}, not '${text}'`);
}

function checkOperands(command: Command, operands: readonly string[]): void {
  const { minOperands, maxOperands, actions } = command;
  const [first] = operands;
  if (operands.length > maxOperands)
    throw new UsageError(`unexpected argument '${operands[maxOperands]}'`);
  if (operands.length < minOperands)
    throw new UsageError(`${command.operands.split(' ')[0]} is missing`);
  if (actions !== undefined && first !== undefined && !actions.includes(first))
    throw new UsageError(
      `'${first}' is not ${actions.join(', ').replace(/, ([^,]*)$/, ' or $1')}${suggestion(first, actions)}`,
    );
}

/** Returns the arguments, or 'help' if the command's help was asked for. @throws UsageError */
export function parseArguments(command: Command, args: readonly string[]): Arguments | 'help' {
  const options = optionsOf(command);
  const { values, positionals } = tokensOf(args, options);
  if (values['help'] === true) return 'help';
  for (const option of options) {
    const given = values[option.name];
    if (typeof given === 'string') checkOption(option, given);
  }
  checkOperands(command, positionals);
  const value = (name: string): string | undefined => {
    const given = values[name];
    return typeof given === 'string' ? given : undefined;
  };
  return {
    operands: positionals,
    has: (name) => values[name] === true,
    value,
    number: (name, otherwise) => Number(value(name) ?? otherwise),
  };
}
