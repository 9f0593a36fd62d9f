// Finds certificates with their keys in a directory, as certbot, Kubernetes and Caddy lay them out.
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** The files of a certificate with its chain, and of its key. */
export interface PairFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Caddy has certificates/<authority>/<name>/; a directory below that is not looked into. */
const DEEPEST = 4;
/** certbot and Kubernetes have these names; Caddy has the same name with both endings. */
const FIXED: readonly (readonly [certificate: string, key: string])[] = [
  ['fullchain.pem', 'privkey.pem'],
  ['tls.crt', 'tls.key'],
];

function pairsAmong(folder: string, names: ReadonlySet<string>): PairFiles[] {
  const fixed = FIXED.filter(([certificate, key]) => names.has(certificate) && names.has(key));
  const named = [...names]
    .filter((name) => name.endsWith('.crt'))
    .map((name) => [name, `${name.slice(0, -'.crt'.length)}.key`] as const)
    .filter(([name, key]) => names.has(key) && !FIXED.some(([one]) => one === name));
  return [...fixed, ...named].map(([certificate, key]) => ({
    certificate: path.join(folder, certificate),
    key: path.join(folder, key),
  }));
}

/** Returns the pairs below a directory, sorted by path. Names that begin with a dot are left out: Kubernetes has `..data`. */
export async function findPairs(folder: string, depth = 0): Promise<PairFiles[]> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).toSorted();
  const found = pairsAmong(folder, new Set(names));
  if (depth === DEEPEST) return found;
  for (const name of names) {
    const below = path.join(folder, name);
    const isFolder = await stat(below).then(
      (stats) => stats.isDirectory(),
      () => false, // gone meanwhile, or a link that leads nowhere
    );
    if (isFolder) found.push(...(await findPairs(below, depth + 1)));
  }
  return found;
}

/** Reads both files. */
export async function readPair({ certificate, key }: PairFiles): Promise<[Buffer, Buffer]> {
  return Promise.all([readFile(certificate), readFile(key)]);
}
