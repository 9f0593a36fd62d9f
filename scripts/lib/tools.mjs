// Reports missing programs before a build starts, with the packages to install.
import fs from 'node:fs';
import path from 'node:path';
import { capture } from './process.mjs';
import { UserError } from './user-error.mjs';

/** Modules that OpenSSL's Configure loads and that a minimal perl (Debian's perl-base) lacks. */
const PERL_MODULES = [
  'FindBin', 'IPC::Cmd', 'File::Compare', 'File::Copy', 'File::Find', 'Time::Piece', 'Data::Dumper', 'Pod::Usage', 'Getopt::Std',
]; // prettier-ignore

const same = (name) => ({ debian: name, fedora: name, alpine: name });

/** Every tool: its alternative programs, its packages, and a check for a defective installation. */
const TOOLS = {
  perl: { programs: ['perl'], packages: same('perl'), check: missingPerlModules },
  make: { programs: ['make', 'gmake'], packages: same('make') },
  cc: {
    programs: ['cc', 'gcc', 'clang'],
    variable: 'CC',
    packages: { debian: 'gcc libc6-dev', fedora: 'gcc glibc-devel', alpine: 'gcc musl-dev' },
    check: (program, rest) => cannotCompile([program, ...rest], 'c', 'stdio.h'),
  },
  'c++': {
    programs: ['c++', 'g++', 'clang++'],
    variable: 'CXX',
    packages: { debian: 'g++', fedora: 'gcc-c++', alpine: 'g++' },
    check: (program, rest) => cannotCompile([program, ...rest], 'c++', 'vector'),
  },
  ar: { programs: ['ar'], variable: 'AR', packages: same('binutils') },
  nm: { programs: ['nm'], packages: same('binutils') },
  python3: { programs: ['python3', 'python'], variable: 'PYTHON', packages: same('python3') },
  tar: { programs: ['tar'], packages: same('tar') },
  gzip: { programs: ['gzip'], packages: same('gzip') },
  patch: { programs: ['patch'], packages: same('patch') },
  xz: { programs: ['xz'], packages: { debian: 'xz-utils', fedora: 'xz', alpine: 'xz' } },
  gpg: { programs: ['gpg'], packages: { debian: 'gnupg', fedora: 'gnupg2', alpine: 'gnupg' } },
  cmake: { programs: ['cmake'], packages: same('cmake') },
  'kernel headers': {
    programs: ['cc', 'gcc', 'clang'],
    variable: 'CC',
    packages: { debian: 'linux-libc-dev', fedora: 'kernel-headers', alpine: 'linux-headers' },
    check: (program, rest) => cannotCompile([program, ...rest], 'c', 'linux/version.h'),
  },
};

/**
 * Throws an error that names every missing tool with its package.
 * @param {(keyof typeof TOOLS)[]} names
 */
export function requireTools(names, env = process.env) {
  const problems = names.map((name) => problemOf(name, env)).filter((problem) => problem !== null);
  if (problems.length === 0) return;
  const lines = problems.map(
    ({ name, cause }) => `  ${name}: ${cause}\n      ${packageLine(TOOLS[name].packages)}`,
  );
  throw new UserError(`this machine lacks tools for the build:\n${lines.join('\n')}`);
}

/** Returns the problem with a tool, or null. */
function problemOf(name, env) {
  const tool = TOOLS[name];
  const named = tool.variable ? env[tool.variable] : undefined;
  // CC may contain arguments, as in "ccache gcc".
  const [first, ...rest] = named?.split(/\s+/) ?? [];
  const candidates = named ? [first] : tool.programs;
  const program = candidates.map((candidate) => findOnPath(candidate, env)).find(Boolean);
  if (!program) {
    const origin = named ? `${named} (from ${tool.variable})` : candidates.join(', ');
    return { name, cause: `not found on PATH: ${origin}` };
  }
  const cause = tool.check?.(program, rest);
  return cause ? { name, cause } : null;
}

/** Returns the full path of a program, or null. A path with a folder in it is used unchanged. */
export function findOnPath(program, env = process.env) {
  if (program.includes(path.sep)) return isExecutable(program) ? program : null;
  const names = process.platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program];
  const folders = (env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const all = folders.flatMap((folder) => names.map((name) => path.join(folder, name)));
  return all.find(isExecutable) ?? null;
}

function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

function missingPerlModules(program) {
  const probe = 'for my $m (@ARGV) { print "$m " unless eval "require $m; 1" }';
  const missing = capture(program, ['-e', probe, ...PERL_MODULES]).stdout.trim();
  return missing ? `${program} lacks its modules ${missing.split(' ').join(', ')}` : null;
}

function cannotCompile([program, ...rest], language, header) {
  const source = `#include <${header}>\nint main(void) { return 0; }\n`;
  const { ok, stderr } = capture(program, [...rest, '-x', language, '-fsyntax-only', '-'], {
    input: source,
  });
  if (ok) return null;
  const lines = stderr.split('\n');
  const first = lines.find((line) => line.includes('error')) ?? lines[0];
  return `${program} cannot compile a file that includes <${header}>: ${first}`;
}

function packageLine(packages) {
  if (process.platform === 'darwin') return 'install it with: xcode-select --install (or Homebrew)';
  const { debian, fedora, alpine } = packages;
  return `install it with: apt-get install ${debian} (Debian, Ubuntu), dnf install ${fedora} (Fedora), apk add ${alpine} (Alpine)`;
}
