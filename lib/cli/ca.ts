// `hermetic-ssl ca`: the local authority, and the stores that trust it.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { deleteAuthority, hasAuthority, localAuthority } from './ca/authority.js';
import { certificateFile } from './ca/folder.js';
import { requireLocalName } from './ca/local-names.js';
import { StoreError } from './ca/program.js';
import type { Place, Root } from './ca/place.js';
import { placesOf, rootOf, STORES, type StoreName } from './ca/stores.js';
import { UsageError, type Arguments } from './frame/command.js';
import { paint, withProgress } from './frame/style.js';
import { folded } from './frame/text.js';

type State = 'added' | 'already there' | 'removed' | 'not there' | 'failed';

interface Change {
  readonly store: StoreName;
  readonly place: string;
  readonly state: State;
  readonly message?: string;
}

const TITLES: Readonly<Record<StoreName, string>> = { system: 'system', nss: 'NSS', java: 'Java' };

async function changePlace(place: Place, root: Root, isAdding: boolean): Promise<State> {
  const isThere = await place.has(root);
  if (isThere === isAdding) return isAdding ? 'already there' : 'not there';
  await (isAdding ? place.add(root) : place.remove(root));
  if ((await place.has(root)) !== isAdding)
    throw new StoreError('the store did not change, although its program reported success');
  return isAdding ? 'added' : 'removed';
}

/** Runs work, and returns the change that failed instead of an error of a store or of a file. */
async function attempt<T>(
  store: StoreName,
  place: string,
  work: () => T,
): Promise<Awaited<T> | Change> {
  // prettier-ignore
  try {
    return await work();
  } catch (error) {
    return { store, place, state: 'failed', message: (error as Error).message };
  }
}

async function changeStore(store: StoreName, root: Root, isAdding: boolean): Promise<Change[]> {
  const places = await attempt(store, '', () => placesOf(store, isAdding));
  if (!Array.isArray(places)) return [places];
  const changes: Change[] = [];
  for (const place of places) {
    const state = await attempt(store, place.path, () => changePlace(place, root, isAdding));
    changes.push(typeof state === 'string' ? { store, place: place.path, state } : state);
  }
  return changes;
}

async function changeStores(stores: readonly StoreName[], isAdding: boolean): Promise<Change[]> {
  const root = rootOf();
  const changes: Change[] = [];
  for (const store of stores) {
    const work = (): Promise<Change[]> => changeStore(store, root, isAdding);
    changes.push(...(await withProgress(`the certificates of ${TITLES[store]}`, work)));
  }
  return changes;
}

function changeLine({ store, place, state, message }: Change): string {
  const isFailed = state === 'failed';
  const mark = isFailed ? paint('red', '✗') : paint('green', '✓');
  const head = `  ${mark} ${TITLES[store].padEnd(7)} ${state}${place === '' ? '' : `  ${paint('dim', place)}`}`;
  return message === undefined ? head : `${head}\n            ${message}`;
}

const asked = (args: Arguments): StoreName[] => STORES.filter((it) => args.has(it));

const failed = (changes: readonly Change[]): boolean => changes.some(({ state }) => state === 'failed'); // prettier-ignore

function print(args: Arguments, facts: Record<string, unknown>, lines: readonly string[]): void {
  console.log(args.has('json') ? JSON.stringify(facts, null, 2) : lines.join('\n'));
}

const unchanged = (): string[] => [
  '',
  folded(
    'No store was changed. To let programs on this machine trust it: hermetic-ssl ca install with --system, --nss (Chromium, Firefox) or --java.',
    process.stdout,
  ),
  'To let one program trust it:',
  '  Node  NODE_EXTRA_CA_CERTS="$(hermetic-ssl ca path)"',
  '  curl  --cacert "$(hermetic-ssl ca path)"',
];

async function install(args: Arguments): Promise<number> {
  const isNew = !hasAuthority();
  localAuthority();
  const changes = await changeStores(asked(args), true);
  const file = certificateFile();
  print(args, { certificate: file, isNew, changes }, [
    `${isNew ? 'made the local authority' : 'the local authority exists'}  ${paint('dim', file)}`,
    ...changes.map(changeLine),
    ...(asked(args).length > 0 ? [] : unchanged()),
  ]);
  return failed(changes) ? 1 : 0;
}

/** Takes the authority out of the stores that were asked for; otherwise out of all of them, and deletes it. */
async function uninstall(args: Arguments): Promise<number> {
  if (!hasAuthority()) {
    print(args, { changes: [], isDeleted: false }, ['the local authority does not exist']);
    return 0;
  }
  const isWhole = asked(args).length === 0;
  const changes = await changeStores(isWhole ? STORES : asked(args), false);
  const isDeleted = isWhole && !failed(changes);
  if (isDeleted) deleteAuthority();
  print(args, { changes, isDeleted }, [
    ...changes.map(changeLine),
    ...(isDeleted ? ['deleted the local authority and its key'] : []),
    ...(isWhole && !isDeleted ? ['The local authority was not deleted: a store may still trust it.'] : []), // prettier-ignore
  ]);
  return failed(changes) ? 1 : 0;
}

function printPath(args: Arguments): number {
  if (!hasAuthority()) throw new Error('the local authority does not exist: make it with "hermetic-ssl ca install"'); // prettier-ignore
  const certificate = certificateFile();
  print(args, { certificate }, [certificate]);
  return 0;
}

const DAYS = 90;

/** Writes a certificate with its chain, and its key, for names. */
function issue(args: Arguments): number {
  const names = args.operands.slice(1);
  const [first] = names;
  if (first === undefined) throw new UsageError('NAME is missing: hermetic-ssl ca issue localhost');
  names.forEach(requireLocalName);
  const { certificate, key } = localAuthority().issue(names, args.number('days', DAYS));
  const stem = path.join(args.value('out') ?? '.', first.replaceAll(/[^\w.-]/g, '_'));
  const [certFile, keyPath] = [`${stem}.pem`, `${stem}-key.pem`];
  mkdirSync(path.dirname(stem), { recursive: true });
  rmSync(keyPath, { force: true }); // a file that exists would keep its mode
  writeFileSync(keyPath, key, { mode: 0o600, flag: 'wx' });
  writeFileSync(certFile, certificate);
  print(args, { certificate: certFile, key: keyPath, names }, [certFile, keyPath]);
  return 0;
}

const ACTIONS: Readonly<Record<string, (args: Arguments) => number | Promise<number>>> = {
  install,
  uninstall,
  path: printPath,
  issue,
};

/** Runs the command and returns the exit code. @throws UsageError, and the errors of files */
export async function ca(args: Arguments): Promise<number> {
  const [action = '', extra] = args.operands;
  if (action !== 'issue' && extra !== undefined) throw new UsageError(`unexpected argument '${extra}'`); // prettier-ignore
  return (await ACTIONS[action]?.(args)) ?? 2;
}
