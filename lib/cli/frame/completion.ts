// Completion scripts for bash, zsh and fish, made from the table.
import { optionsOf, type Command, type Option } from './command.js';
import { PROGRAM } from './usage.js';

const FUNCTION = PROGRAM.replaceAll('-', '_');

/** Quotes text for a shell. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const names = (command: Command): string[] =>
  optionsOf(command).flatMap(({ name, short }) => [
    `--${name}`,
    ...(short === undefined ? [] : [`-${short}`]),
  ]);

const bashValue = ({ name, choices, isPath }: Option): string => {
  const reply =
    choices === undefined
      ? 'compgen -f -- "$current"'
      : `compgen -W ${quote(choices.join(' '))} -- "$current"`;
  return choices === undefined && isPath !== true
    ? `        --${name}) return ;;`
    : `        --${name}) COMPREPLY=($(${reply})); return ;;`;
};

function bashCommand(command: Command): string {
  const values = command.options.filter(({ value }) => value !== undefined).map(bashValue);
  const words = [...names(command), ...(command.actions ?? [])].join(' ');
  const paths = command.takesPaths === true ? ' $(compgen -f -- "$current")' : '';
  return [
    `    ${command.name})`,
    ...(values.length > 0 ? ['      case "$previous" in', ...values, '      esac'] : []),
    `      COMPREPLY=($(compgen -W ${quote(words)} -- "$current")${paths}) ;;`,
  ].join('\n');
}

const bash = (commands: readonly Command[]): string => `# ${PROGRAM} completion for bash
_${FUNCTION}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${quote([...commands.map(({ name }) => name), '--help', '--version'].join(' '))} -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${commands.map(bashCommand).join('\n')}
  esac
}
complete -o filenames -F _${FUNCTION} ${PROGRAM}
`;

const zshText = (text: string): string => text.replaceAll(/[[\]:\\]/g, String.raw`\$&`);

function zshOption({ name, value, choices, isPath, help }: Option): string {
  const text = `--${name}[${zshText(help)}]`;
  if (value === undefined) return quote(text);
  if (choices !== undefined) return quote(`${text}:${value}:(${choices.join(' ')})`);
  return quote(`${text}:${value}:${isPath === true ? '_files' : ' '}`);
}

function zshCommand(command: Command): string {
  const operand = command.takesPaths === true ? '_files' : ' ';
  const action = command.actions === undefined ? operand : `(${command.actions.join(' ')})`;
  const rest = command.maxOperands > 0 ? [quote(`*:${zshText(command.operands)}:${action}`)] : [];
  return `    ${command.name}) _arguments ${[...optionsOf(command).map(zshOption), ...rest].join(' ')} ;;`;
}

const zsh = (commands: readonly Command[]): string => `#compdef ${PROGRAM}
# ${PROGRAM} completion for zsh
_${FUNCTION}() {
  if (( CURRENT == 2 )); then
    local -a commands=(${commands.map(({ name, summary }) => quote(`${name}:${zshText(summary)}`)).join(' ')})
    _describe command commands
    return
  fi
  local name="$words[2]"
  shift words
  (( CURRENT -= 1 ))
  case "$name" in
${commands.map(zshCommand).join('\n')}
  esac
}
compdef _${FUNCTION} ${PROGRAM}
`;

const fishOption = (
  command: string,
  { name, short, value, choices, isPath, help }: Option,
): string =>
  [
    `complete -c ${PROGRAM} -n '__fish_seen_subcommand_from ${command}' -l ${name}`,
    ...(short === undefined ? [] : [`-s ${short}`]),
    ...(value === undefined ? [] : ['-r']),
    ...(choices === undefined ? [] : [`-f -a ${quote(choices.join(' '))}`]),
    ...(isPath === true ? ['-F'] : []),
    `-d ${quote(help)}`,
  ].join(' ');

const fishCommand = (command: Command): string[] => [
  `complete -c ${PROGRAM} -n __fish_use_subcommand -f -a ${command.name} -d ${quote(command.summary)}`,
  ...(command.takesPaths === true
    ? []
    : [`complete -c ${PROGRAM} -n '__fish_seen_subcommand_from ${command.name}' -f`]),
  ...(command.actions === undefined
    ? []
    : [
        `complete -c ${PROGRAM} -n '__fish_seen_subcommand_from ${command.name}' -f -a ${quote(command.actions.join(' '))}`,
      ]),
  ...optionsOf(command).map((option) => fishOption(command.name, option)),
];

const fish = (commands: readonly Command[]): string =>
  `# ${PROGRAM} completion for fish\n${commands.flatMap(fishCommand).join('\n')}\n`;

const SHELLS = { bash, zsh, fish } as const;
export type Shell = keyof typeof SHELLS;

/** Returns the script that makes a shell complete this program's arguments. */
export const completion = (shell: Shell, commands: readonly Command[]): string =>
  SHELLS[shell](commands);
