// The entries of the commands about this package itself.
import { JSON_OPTION, type Command } from '../frame/command.js';

export const info: Command = {
  name: 'info',
  summary: 'the contents of this package, and the place it was loaded from',
  operands: '',
  minOperands: 0,
  maxOperands: 0,
  description: [
    'Prints the versions of this package and of its OpenSSL, the protocols, suites and hashes, the PBKDF2 engines of this processor, and the places of the trusted certificates.',
  ],
  options: [JSON_OPTION],
  exitCodes: [],
  examples: [{ line: 'hermetic-ssl info --json', shows: 'the facts for a bug report' }],
  load: async () => {
    const { info: run } = await import('../info.js');
    return (args) => run({ json: args.has('json') });
  },
};

export const demo: Command = {
  name: 'demo',
  summary: 'runs everything once, with a TLS server and real clients that verify it',
  operands: '',
  minOperands: 0,
  maxOperands: 0,
  description: [
    'Shows random bytes, algorithms, PBKDF2, and a TLS server with several host names and the clients that this machine has: node:tls, curl, openssl, python3.',
  ],
  options: [JSON_OPTION],
  exitCodes: [{ code: 1, when: 'a step failed' }],
  examples: [],
  load: async () => {
    const { demo: run } = await import('../demo.js');
    return (args) => run({ json: args.has('json') });
  },
};

export const completion: Command = {
  name: 'completion',
  summary: 'prints the script that makes a shell complete these commands',
  operands: 'bash|zsh|fish',
  minOperands: 1,
  maxOperands: 1,
  actions: ['bash', 'zsh', 'fish'],
  description: [
    'Prints a completion script. The program must be in PATH under the name hermetic-ssl, as after "npm install --global hermetic-ssl".',
  ],
  options: [],
  exitCodes: [],
  examples: [
    { line: 'source <(hermetic-ssl completion bash)', shows: 'in ~/.bashrc' },
    { line: 'source <(hermetic-ssl completion zsh)', shows: 'in ~/.zshrc, after compinit' },
    { line: 'hermetic-ssl completion fish | source', shows: 'in ~/.config/fish/config.fish' },
  ],
  load: async () => (await import('../reference.js')).printCompletion,
};

export const man: Command = {
  name: 'man',
  summary: 'prints the man page',
  operands: '',
  minOperands: 0,
  maxOperands: 0,
  description: ['Prints the man page of this program in roff, for man(1).'],
  options: [{ name: 'markdown', help: 'the same as Markdown: docs/cli.md' }],
  exitCodes: [],
  examples: [{ line: 'hermetic-ssl man | man -l -', shows: 'reads the page' }],
  load: async () => (await import('../reference.js')).printManual,
};
