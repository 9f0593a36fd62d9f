// The command table: the one source of the commands' arguments, help, completion, man page and docs/cli.md.
import { completion, demo, info, man } from './commands/basic.js';
import { bench } from './commands/bench.js';
import { ca } from './commands/ca.js';
import { connect } from './commands/connect.js';
import { passwd } from './commands/passwd.js';
import { serve } from './commands/serve.js';
import { trust } from './commands/trust.js';
import type { Command } from './frame/command.js';

export const COMMANDS: readonly Command[] = [
  connect,
  serve,
  ca,
  passwd,
  bench,
  trust,
  info,
  demo,
  completion,
  man,
];
