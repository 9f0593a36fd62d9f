// The place of the local authority: a folder of the user's own.
import { homedir } from 'node:os';
import path from 'node:path';

/** Returns the folder for data of programs (XDG Base Directory Specification), or the one of macOS or Windows. */
function dataFolder(): string {
  const { XDG_DATA_HOME: xdg, LOCALAPPDATA: local } = process.env;
  if (xdg !== undefined && path.isAbsolute(xdg)) return xdg;
  if (process.platform === 'darwin') return path.join(homedir(), 'Library/Application Support');
  if (process.platform === 'win32') return local ?? path.join(homedir(), 'AppData/Local');
  return path.join(homedir(), '.local/share');
}

/** Returns the folder of the authority's files. */
export const authorityFolder = (): string => path.join(dataFolder(), 'hermetic-ssl', 'authority');

/** Returns the file of the authority's certificate. */
export const certificateFile = (): string => path.join(authorityFolder(), 'certificate.pem');

/** Returns the file of the authority's key. */
export const keyFile = (): string => path.join(authorityFolder(), 'key.pem');
