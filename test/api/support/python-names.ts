/**
 * The names of Python and the rule that makes ours of them. To add a module: its list goes to test/fixtures/python-names.json,
 * what does not carry over to NOT_CARRIED, and the module to the table of names.test.ts.
 */
import fs from 'node:fs';
import path from 'node:path';

interface PythonNames {
  readonly origin: string;
  /** By module: its public names. */
  readonly modules: Readonly<Record<string, readonly string[]>>;
  /** By class, or by the function that makes the object: its public attributes. */
  readonly objects: Readonly<Record<string, readonly string[]>>;
}

const file = path.resolve(import.meta.dirname, '..', '..', 'fixtures', 'python-names.json');

/** What Python has. */
export const pythonNames: PythonNames = JSON.parse(fs.readFileSync(file, 'utf8'));

/** Names of algorithms, which are never re-cased. */
const ALGORITHM = /^(?:sha3|shake|sha512)_\d+$/;

/**
 * Our name for one of Python's: classes and constants, which begin with a capital letter, and algorithms stay; the others
 * are in camelCase.
 */
export function toOurs(name: string): string {
  if (/^[A-Z]/.test(name) || ALGORITHM.test(name)) return name;
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Names that we do not have, by module or object, each with the reason. */
export const NOT_CARRIED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  hmac: {
    digest_size: 'None, "no longer used" says its source; each HMAC has its own',
    trans_36: 'the table of the inner padding, a detail of the implementation in Python',
    trans_5C: 'the table of the outer padding, a detail of the implementation in Python',
  },
};

/** Of a list: what has to be there, under our names. */
export function expectedNames(list: string, names: readonly string[]): string[] {
  const without = NOT_CARRIED[list] ?? {};
  return names.filter((name) => !(name in without)).map(toOurs);
}
