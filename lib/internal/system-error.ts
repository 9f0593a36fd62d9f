// What Node calls an errno of the C library: its name, and the number that Node's own errors have.
import { constants } from 'node:os';
import { getSystemErrorMap, getSystemErrorName } from 'node:util';

/** The name and Node's number. */
export interface SystemErrorCode {
  readonly code: string;
  readonly errno: number;
}

// Node has numbers of its own on Windows, -4058 for ENOENT.
function codeOnWindows(number: number): SystemErrorCode {
  const named = Object.entries(constants.errno).find(([, value]) => value === number);
  const code = named?.[0] ?? 'EIO';
  const known = [...getSystemErrorMap()].find(([, [name]]) => name === code);
  return { code, errno: known?.[0] ?? -number };
}

/** @param number errno, positive */
export function systemErrorCode(number: number): SystemErrorCode {
  if (process.platform === 'win32') return codeOnWindows(number);
  return { code: getSystemErrorName(-number), errno: -number };
}
