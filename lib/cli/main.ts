#!/usr/bin/env node
// The command line: npx hermetic-ssl COMMAND. Chooses the command and turns its outcome into an exit code.
import { parseArgs } from 'node:util';

const USAGE = `usage: hermetic-ssl <command> [--json] [--help]

commands:
  info   what this package carries and where it was loaded from
  demo   runs everything once: random bytes, algorithms, PBKDF2, a TLS server with
         several host names and real clients that verify it; fails when a step fails
  trust  what this machine trusts, and which root anchors a chain; has a --help of its own

options:
  --json   one JSON document instead of text
  --help   this text`;

interface Arguments {
  command: string | undefined;
  json: boolean;
  help: boolean;
}

function parse(args: string[]): Arguments {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (positionals.length > 1) throw new Error(`unexpected argument '${positionals[1]}'`);
  return { command: positionals[0], json: values.json ?? false, help: values.help ?? false };
}

/** Imported late, so that the help text does not need the addon. */
async function run(command: string, json: boolean): Promise<number> {
  if (command === 'info') return (await import('./info.js')).info({ json });
  if (command === 'demo') return (await import('./demo.js')).demo({ json });
  throw new Error(`unknown command '${command}'`);
}

async function main(): Promise<number> {
  try {
    const [first, ...rest] = process.argv.slice(2);
    if (first === 'trust') return await (await import('./trust.js')).trust(rest);
    const { command, json, help } = parse(process.argv.slice(2));
    if (help || command === undefined) {
      console.log(USAGE);
      return help ? 0 : 2;
    }
    return await run(command, json);
  } catch (error) {
    console.error(`hermetic-ssl: ${error instanceof Error ? error.message : String(error)}`);
    console.error('Try hermetic-ssl --help.');
    return 2;
  }
}

process.exitCode = await main();
