/** Python's names and ours (docs/python-names.md). */

const ALGORITHM = /^(?:sha3|shake|sha512)_\d+$/;
/** Functions that begin with an acronym; every other name with a capital is a class or a constant, which stay. */
const ACRONYM = /^(?:DER|PEM)_cert/;

/** Our name for one of Python's. */
export function toOurs(name: string): string {
  if (ACRONYM.test(name)) return toOurs(name.toLowerCase());
  if (/^[A-Z]/.test(name) || ALGORITHM.test(name)) return name;
  return name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
