// Chooses the C compiler that builds OpenSSL, and identifies it for the cache key.
import path from 'node:path';
import { findOnPath } from '../lib/tools.mjs';
import { capture } from '../lib/process.mjs';

/** Variables of the caller that OpenSSL's Configure and make would use without a change of the cache key. */
const FOREIGN = [
  'CFLAGS', 'CXXFLAGS', 'CPPFLAGS', 'CPPDEFINES', 'CPPINCLUDES', 'LDFLAGS', 'LDLIBS', 'ARFLAGS', 'ASFLAGS', 'RCFLAGS',
  'MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'MAKEFILES', 'GNUMAKEFLAGS', 'PERL', 'HASHBANGPERL', 'PERL5OPT', 'CPP', 'LD', 'AS',
  'OPENSSL_CONF', 'OPENSSL_LOCAL_CONFIG_DIR', 'CROSS_COMPILE', 'MACHINE', 'RELEASE', 'SYSTEM', 'VERSION', 'KERNEL_BITS',
]; // prettier-ignore

/**
 * Returns the C compiler: CC, else the first of cc, gcc and clang. An absolute path becomes a bare name with its folder
 * first on PATH, because OpenSSL keeps the compiler's command line inside the library.
 * @returns {{ command: string, searchPath: string }}
 */
export function cCompiler(env = process.env) {
  const searchPath = env.PATH ?? '';
  const command = env.CC || ['cc', 'gcc', 'clang'].find((name) => findOnPath(name, env)) || 'cc';
  if (!path.isAbsolute(command)) return { command, searchPath };
  return {
    command: path.basename(command),
    searchPath: `${path.dirname(command)}${path.delimiter}${searchPath}`,
  };
}

/** Returns the environment in which OpenSSL is configured and compiled. */
export function buildEnvironment(env = process.env) {
  const kept = Object.entries(env).filter(
    ([name]) => !FOREIGN.includes(name) && !name.startsWith('__CNF_'),
  );
  return { ...Object.fromEntries(kept), PATH: cCompiler(env).searchPath, LC_ALL: 'C', TZ: 'UTC' };
}

/** Returns the compiler's identity: its first line of --version, and its target machine. */
export function compilerIdentity(env = process.env) {
  const { command } = cCompiler(env);
  const [program, ...rest] = command.split(/\s+/);
  const options = { env: buildEnvironment(env) };
  const version = capture(program, [...rest, '--version'], options)
    .stdout.split('\n')[0]
    .trim();
  const machine = capture(program, [...rest, '-dumpmachine'], options).stdout.trim();
  return { command, version, machine };
}
