// Reads constants out of a set of OpenSSL headers: the names from the preprocessor, the values from a small program
// that prints them, so that this script need not interpret expressions.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildEnvironment, cCompiler } from '../openssl/compiler.mjs';
import { capture } from '../lib/process.mjs';
import { UserError } from '../lib/user-error.mjs';
import { HEADERS, groupOf } from './groups.mjs';

const INCLUDES = HEADERS.map((header) => `#include <openssl/${header}.h>\n`).join('');

/**
 * @param {string} includeDir
 * @returns {Map<string, bigint>} name -> value
 */
export function probeConstants(includeDir) {
  const names = constantNames(includeDir);
  const prints = names.map(
    (name) => `  printf("%s %llu\\n", "${name}", (unsigned long long)(${name}));\n`,
  );
  const source = `#include <stdio.h>\n${INCLUDES}int main(void) {\n${prints.join('')}  return 0;\n}\n`;
  const lines = runProgram(source, includeDir).trim().split('\n');
  return new Map(
    lines.map((line) => line.split(' ')).map(([name, value]) => [name, BigInt(value)]),
  );
}

function constantNames(includeDir) {
  const macros = compile(['-dM', '-E', `-I${includeDir}`, '-x', 'c', '-'], INCLUDES);
  // A name followed by "(" is a function-like macro.
  const names = [...macros.matchAll(/^#define (\w+)(?= )/gm)].map(([, name]) => name);
  return names.filter(groupOf).toSorted();
}

function runProgram(source, includeDir) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hermetic-ssl-constants-'));
  try {
    const program = path.join(folder, 'probe');
    compile([`-I${includeDir}`, '-x', 'c', '-', '-o', program], source);
    const { ok, stdout, stderr } = capture(program, []);
    if (!ok) throw new UserError(`the program that prints the constants failed: ${stderr}`);
    return stdout;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function compile(args, input) {
  const [program, ...rest] = cCompiler().command.split(/\s+/);
  const { ok, stdout, stderr } = capture(program, [...rest, ...args], {
    input,
    env: buildEnvironment(),
  });
  if (!ok) throw new UserError(`${program} does not accept OpenSSL's headers:\n${stderr}`);
  return stdout;
}
