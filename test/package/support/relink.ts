/**
 * Controls: the addon compiled or linked once more with one setting changed, by the same commands with which node-gyp
 * built it (make keeps them next to its dependency files). They show that a test of the real file can fail.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { repoRoot } from './paths.js';
import { run, type Ended } from './run.js';

const BUILD = join(repoRoot, 'build');
const ADDON = 'Release/obj.target/hermetic_ssl.node';

const objectOf = (source: string): string =>
  `Release/obj.target/hermetic_ssl/${source.replace(/\.cc$/, '.o')}`;

/** Why no control can be made here, or null. */
export function whyNoControls(): string | null {
  if (process.platform !== 'linux') return 'the settings are those of ELF files';
  if (process.env['HERMETIC_SSL_BINARY']) return 'HERMETIC_SSL_BINARY names the addon';
  if (!existsSync(recordOf(ADDON))) return 'build/ holds no objects of node-gyp';
  return null;
}

const recordOf = (target: string): string => join(BUILD, 'Release', '.deps', `${target}.d`);

/** The command that made a file, as make recorded it. */
function recordedCommand(target: string): string {
  const line = readFileSync(recordOf(target), 'utf8').split('\n', 1)[0] ?? '';
  const mark = ' := ';
  if (!line.includes(mark)) throw new Error(`${recordOf(target)} holds no command`);
  // Without the launcher that takes objects from the cache.
  return line.slice(line.indexOf(mark) + mark.length).replace(/^\S+ \S*object-cache\.mjs /, '');
}

/** The include folder of the OpenSSL that the addon was linked with. */
export function opensslHeaders(): string {
  const [linked] = /deps\/openssl\/linked\/[^/]+/.exec(recordedCommand(ADDON)) ?? [];
  if (linked === undefined) throw new Error('the recorded command links no OpenSSL');
  return join(repoRoot, linked, 'include');
}

type Edit = (command: string) => string;

const shell = (command: string): Promise<Ended> =>
  run('sh', ['-c', command], { cwd: BUILD, timeout: 300_000 });

/** Compiles one source file to `out` with an edited command. */
export function recompile(source: string, out: string, edit: Edit): Promise<Ended> {
  const object = objectOf(source);
  const command = recordedCommand(object)
    .replace(`-o ${object}`, `-o '${out}'`)
    .replace(/-MF \S+/, `-MF '${out}.d'`);
  return shell(edit(command));
}

/** Links the compiled objects to `out` with an edited command; `objects` stand in for those of the sources they name. */
export async function relink(
  out: string,
  edit: Edit,
  objects: Readonly<Record<string, string>> = {},
): Promise<void> {
  let command = recordedCommand(ADDON).replace(`-o ${ADDON}`, `-o '${out}'`);
  for (const [source, object] of Object.entries(objects))
    command = command.replace(objectOf(source), `'${object}'`);
  const { code, output } = await shell(edit(command));
  if (code !== 0) throw new Error(`the control could not be linked:\n${output}`);
}

/** Takes flags out of a command; each must be there, or the control would control nothing. */
export const without =
  (...flags: readonly string[]): Edit =>
  (command) =>
    flags.reduce((rest, flag) => {
      if (!rest.includes(flag)) throw new Error(`the recorded command has no ${flag}`);
      return rest.replaceAll(flag, '');
    }, command);

/** Puts something in front of the arguments of a command. */
export const withFirst =
  (text: string): Edit =>
  (command) =>
    command.replace(/^\S+/, (program) => `${program} ${text}`);

export const HIDING = [
  '-Wl,--exclude-libs,ALL',
  '-Wl,-Bsymbolic',
  '-Wl,--version-script=../native/exports.map',
] as const;
