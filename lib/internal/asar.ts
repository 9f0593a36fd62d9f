// The archives that Electron applications are packaged into. The system cannot load a library from inside one: packagers
// put it next to the archive, under the same path below `app.asar.unpacked`, and leave its name in the archive's list.
import { existsSync } from 'node:fs';

const IN_ARCHIVE = /(?<archive>[\\/][^\\/]+\.asar)(?=[\\/])/;

/**
 * Returns the path of a file outside of the archive that `path` leads through, if the file has been unpacked. Otherwise
 * returns `path` itself: Electron then copies the file to a temporary one whenever it is loaded.
 */
export function outsideArchive(path: string): string {
  const unpacked = path.replace(IN_ARCHIVE, '$<archive>.unpacked');
  return unpacked !== path && existsSync(unpacked) ? unpacked : path;
}
