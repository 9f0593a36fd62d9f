/** Programs of this folder, each with the sources of native/ that it is about, and the linked OpenSSL. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { TempDirectory } from '../../helpers/temp.js';

export const repository = path.resolve(import.meta.dirname, '..', '..', '..');
const { sources, defines } = JSON.parse(
  readFileSync(path.join(repository, 'native', 'sources.json'), 'utf8'),
) as { sources: string[]; defines: string[] };

/** Why g++ cannot compile with these flags here, or null. */
export function whyNoCompiler(...flags: readonly string[]): string | null {
  const { status } = spawnSync('g++', [...flags, '-x', 'c++', '-', '-o', '/dev/null'], {
    input: 'int main() {}',
  });
  return status === 0 ? null : `needs g++ that takes ${flags.join(' ') || 'C++'}`;
}

/** Headers and libraries of the OpenSSL that the addon is linked with, relative to the repository. */
export function linkedOpenssl(): string {
  const script = ['scripts/openssl/link.mjs', '--field', 'root'];
  return execFileSync(process.execPath, script, { cwd: repository, encoding: 'utf8' }).trim();
}

/** Returns the compiler options of every file of native/; the folders come before all others. */
export function compileOptions(openssl: string, ...folders: readonly string[]): string[] {
  const macros = defines.map((macro) => `-D${macro}`);
  const includes = folders.map((folder) => `-I${folder}`);
  return ['-std=c++20', '-w', ...macros, ...includes, '-I.', '-isystem', `${openssl}/include`];
}

export const librariesOf = (openssl: string) => [`${openssl}/lib/libcrypto.a`, '-ldl', '-lpthread'];

interface Program {
  /** The file of the program that is made. */
  readonly program: string;
  /** Its own source in this folder. */
  readonly main: string;
  /** Which of the addon's sources it needs. */
  readonly needed: RegExp;
  readonly flags?: readonly string[];
  readonly folders?: readonly string[];
}

export function compileProgram({ program, main, needed, flags = [], folders = [] }: Program): void {
  const openssl = linkedOpenssl();
  const files = [...sources.filter((file) => needed.test(file)), `test/native/${main}`];
  const options = [...compileOptions(openssl, ...folders), ...flags];
  execFileSync('g++', [...options, ...files, ...librariesOf(openssl), '-o', program], {
    cwd: repository,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Compiles a program, runs it once and returns its output. */
export async function outputOf(source: Omit<Program, 'program'>): Promise<string> {
  const folder = await TempDirectory.create('program ');
  try {
    const program = folder.join('program');
    compileProgram({ ...source, program });
    return execFileSync(program, { encoding: 'utf8' });
  } finally {
    await folder.close();
  }
}
