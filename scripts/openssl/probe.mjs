// Compiles small C programs against a prefix of static libraries and runs them, to query the libraries.
import path from 'node:path';
import { buildEnvironment, cCompiler } from './compiler.mjs';
import { capture } from '../lib/process.mjs';
import { UserError } from '../lib/user-error.mjs';

/** Libraries that a static OpenSSL needs. */
const SYSTEM_LIBRARIES = {
  linux: ['-pthread', '-ldl'],
  darwin: [],
  win32: ['-lws2_32', '-lgdi32', '-lcrypt32', '-lbcrypt', '-ladvapi32', '-luser32'],
};

/** Linking a shared object gives a clear message if the archives are not position independent. */
const PROGRAM_MODE = process.platform === 'linux' ? ['-no-pie'] : [];

/**
 * Compiles and links a source file with libssl and libcrypto; returns the program.
 * @param {string} source
 * @param {string} folder output folder
 * @param {{ includeDir: string, libDir: string, shared?: boolean }} directories
 * @param {(cause: string) => never} onFailure
 */
export function compileProbe(
  source,
  folder,
  { includeDir, libDir, shared = false },
  onFailure = fail,
) {
  const output = path.join(folder, `${path.basename(source, '.c')}${shared ? '.shared' : ''}`);
  const [compiler, ...rest] = cCompiler().command.split(/\s+/);
  const archives = ['libssl.a', 'libcrypto.a'].map((name) => path.join(libDir, name));
  const mode = shared ? ['-shared', '-fPIC'] : PROGRAM_MODE;
  const args = [
    ...rest,
    ...mode,
    `-I${includeDir}`,
    source,
    '-o',
    output,
    ...archives,
    ...(SYSTEM_LIBRARIES[process.platform] ?? []),
  ];
  const { ok, stderr } = capture(compiler, args, { env: buildEnvironment() });
  if (!ok) return onFailure(`a small program cannot be linked with it: ${firstError(stderr)}`);
  return output;
}

/** Returns the output of a compiled program. */
export function runProbe(program) {
  const { ok, stdout, stderr } = capture(program, []);
  if (!ok) fail(`${program} failed: ${stderr.trim() || stdout.trim()}`);
  return stdout;
}

function firstError(text) {
  const lines = text.trim().split('\n');
  return (lines.find((line) => /error|undefined|cannot|relocation/.test(line)) ?? lines[0]).trim();
}

/** @returns {never} */
function fail(cause) {
  throw new UserError(cause);
}
