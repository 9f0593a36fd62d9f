// The archives that Electron applications are packaged into. The system loads no library from inside one: packagers put it
// beside the archive, under the same path below `app.asar.unpacked`, and leave its name in the archive's list.
import { existsSync } from 'node:fs';

const IN_ARCHIVE = /(?<archive>[\\/][^\\/]+\.asar)(?=[\\/])/;

/**
 * Where a file lies that a path names: beside the archive that the path goes through, if it has been unpacked. Otherwise the
 * path as it is: Electron copies the file to a temporary one then, whenever it is loaded.
 */
export function outsideArchive(path: string): string {
  const unpacked = path.replace(IN_ARCHIVE, '$<archive>.unpacked');
  return unpacked !== path && existsSync(unpacked) ? unpacked : path;
}
