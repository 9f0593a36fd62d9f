// Translates an errno of the C library to its name and the number that Node's own errors have.
import { getSystemErrorMap, getSystemErrorName } from 'node:util';

/** The name and Node's number. */
export interface SystemErrorCode {
  readonly code: string;
  readonly errno: number;
}

/** The C library's numbers. Not imported above: node:os takes long to load, and only errors need it. */
const numbers = (): Readonly<Record<string, number>> =>
  process.getBuiltinModule('node:os').constants.errno;

/** Returns the C library's number of a name. */
export const errnoOf = (name: 'EINVAL' | 'ENOMEM'): number => numbers()[name] as number;

// On Windows, Node has its own numbers: -4058 for ENOENT.
function codeOnWindows(number: number): SystemErrorCode {
  const named = Object.entries(numbers()).find(([, value]) => value === number);
  const code = named?.[0] ?? 'EIO';
  const known = [...getSystemErrorMap()].find(([, [name]]) => name === code);
  return { code, errno: known?.[0] ?? -number };
}

/** @param number errno, positive */
export function systemErrorCode(number: number): SystemErrorCode {
  if (process.platform === 'win32') return codeOnWindows(number);
  return { code: getSystemErrorName(-number), errno: -number };
}
