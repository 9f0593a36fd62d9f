// Finds and loads the addon, the only file that does. It is looked for where a bundle brought it, where an application
// says, in a build beside this package, then in the package of the platform, an optional dependency.
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve, sep, toNamespacedPath } from 'node:path';
import { fileURLToPath } from 'node:url';

import { outsideArchive } from './asar.js';
import { presentPlatform, type Platform } from './platform.js';

/**
 * What an entry point `hermetic-ssl/addon/...` has loaded; a bundle carries the addon that way. Bundlers that copy a file
 * and give its name instead leave that here.
 */
const LOADED = Symbol.for('hermetic-ssl.addon');
const BINARY = 'hermetic_ssl.node';

/** The addon, and where it came from. */
export interface LoadedAddon {
  readonly addon: unknown;
  readonly path: string;
  /** What to do when it turns out to be of no use. */
  readonly wayOut: string;
}

const FROM_A_CLONE =
  `In a clone of hermetic-ssl run "npm ci" and "npm run build", and name its build/Release/${BINARY} in ` +
  'HERMETIC_SSL_BINARY.';

const WAY_OUT = {
  carried:
    'Build the bundle anew, with the same version of hermetic-ssl and of its platform package.',
  asset:
    `Make the application with ${BINARY} of the platform's package among its assets, or import ` +
    '"hermetic-ssl/addon/<platform>" instead.',
  named: 'Name another file in HERMETIC_SSL_BINARY, or unset it.',
  built: 'Build it anew with "npm run build", or name another file in HERMETIC_SSL_BINARY.',
  missing: (names: readonly string[]) =>
    `It is an optional dependency of hermetic-ssl, which stays out with --omit=optional or --no-optional, with a lock file ` +
    'that was made on another system (remove it and node_modules, and install again), with a node_modules copied from ' +
    `another system, and when a bundler leaves it out (import "hermetic-ssl/addon/${names[0]}" before anything else of ` +
    'the package). Or name the file in HERMETIC_SSL_BINARY.',
  broken: `Install the package again. Where the system is too old for it: ${FROM_A_CLONE}`,
  forbidden: 'Start the program with --allow-addons, or in Deno with --allow-ffi and --allow-read.',
} as const;

/** Gives the package the addon that an application carries. */
export function setCarriedAddon(addon: unknown): void {
  (globalThis as { [LOADED]?: unknown })[LOADED] = addon;
}

/**
 * Why there is no addon. `code` is stable: a library that can do without this package may look for it and fall back.
 * @param tried each place, with what was wrong there
 */
function loadError(tried: readonly string[], wayOut: string, cause: unknown): Error {
  const message = `hermetic-ssl: its native part could not be loaded. ${tried.join('; ')}. ${wayOut}`;
  return Object.assign(new Error(message, { cause }), { code: 'ERR_HERMETIC_SSL_BINARY' });
}

/** The error of an application that does not carry the addon as it says. */
export function seaError(why: string, cause: unknown): Error {
  return loadError([`hermetic-ssl/addon/sea: ${why}`], WAY_OUT.asset, cause);
}

/** The error of an addon that was found and is of no use. */
export function uselessAddon({ path, wayOut }: LoadedAddon, why: string): Error {
  return loadError([`${path}: ${why}`], wayOut, undefined);
}

// Bundled into CommonJS a module has no address of its own: then the bundle's is taken. Not import.meta.url, in whose
// place webpack writes the path that this file had where the bundle was made: nothing may be loaded from there.
// oxlint-disable-next-line no-underscore-dangle -- Node's name
declare const __filename: string | undefined;
function ownFile(): string {
  const { filename } = import.meta as { filename?: string };
  if (filename !== undefined) return filename;
  return typeof __filename === 'string' ? __filename : (process.argv[1] ?? process.execPath);
}

/** The `require` of a file; by this way round since webpack replaces a call of an imported createRequire by nothing. */
const requireOf = (file: string): NodeJS.Require =>
  process.getBuiltinModule('node:module').createRequire(file);

/** What `require` gives for the file of an addon, in half the time: nothing is searched for, and no module is made of it. */
export function openAddon(path: string): unknown {
  const module = { exports: {} };
  process.dlopen(module, toNamespacedPath(path));
  return module.exports;
}

const codeOf = (error: unknown) => (error as { code?: unknown } | null)?.code;
const isAbsent = (error: unknown) =>
  ['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes(String(codeOf(error)));
const isForbidden = (error: unknown) =>
  codeOf(error) === 'ERR_DLOPEN_DISABLED' || (error as Error).name === 'NotCapable';

/** Without a full stop, since it becomes a part of a sentence. */
const firstLine = (error: unknown) =>
  String(error instanceof Error ? error.message : error)
    .split('\n', 1)
    .join('')
    .replace(/\.$/, '');

function loadFile(named: string, wayOut: string): LoadedAddon {
  const path = outsideArchive(named);
  // Any other library would be loaded, and run what it does then.
  if (!path.endsWith('.node'))
    throw loadError([`${path} does not end in .node`], wayOut, undefined);
  try {
    return { addon: openAddon(path), path, wayOut };
  } catch (cause) {
    const help = isForbidden(cause) ? WAY_OUT.forbidden : wayOut;
    throw loadError([`${path}: ${firstLine(cause).replace(`${path}: `, '')}`], help, cause);
  }
}

/** Whether there is a file; Deno may not look. */
function isThere(file: string): boolean {
  try {
    return existsSync(file);
  } catch {
    return false;
  }
}

/** This package's folder. A bundle has none: whoever could write two folders above it would be obeyed. */
function ownFolder(): string | undefined {
  const own = ownFile();
  const isOurs = own.endsWith(join(sep, 'dist', 'internal', 'core.js'));
  return isOurs ? join(dirname(own), '..', '..') : undefined;
}

/** The build in a clone. */
function builtFile(): string | undefined {
  const own = ownFolder();
  const file = own && join(own, 'build', 'Release', BINARY);
  return file && isThere(file) ? file : undefined;
}

/**
 * The file of a platform package where npm and most others put it, below this package or beside it. They are the first two
 * places that Node looks at; to ask Node takes longer than to load the file.
 */
function placedFile(name: string): string | undefined {
  const own = ownFolder();
  if (own === undefined) return undefined;
  const beside = dirname(own);
  const places = [join(own, 'node_modules'), ...(basename(beside) === 'node_modules' ? [beside] : [])]; // prettier-ignore
  return places.map((place) => join(place, '@hermetic-ssl', name, BINARY)).find(isThere);
}

/**
 * The file of an installed platform package: seen from here, or, when this is a bundle and node_modules is not flat,
 * from the package hermetic-ssl.
 */
function installedFile(name: string): string | undefined {
  const placed = placedFile(name);
  if (placed !== undefined) return placed;
  const request = `@hermetic-ssl/${name}/${BINARY}`;
  const fromHere = requireOf(ownFile());
  const places = [
    () => fromHere.resolve(request),
    () => requireOf(fromHere.resolve('hermetic-ssl/package.json')).resolve(request),
  ];
  for (const place of places) {
    try {
      return place();
    } catch (error) {
      if (isAbsent(error)) continue;
      const help = isForbidden(error) ? WAY_OUT.forbidden : WAY_OUT.broken;
      throw loadError([firstLine(error)], help, error);
    }
  }
  return undefined;
}

function noneFor({ name, published }: Platform): Error {
  const here = `This is ${name}, ${process.release.name} ${process.version}`;
  if (published.length === 0)
    return loadError([here, 'no binary is published for it'], FROM_A_CLONE, undefined);
  const packages = published.map((each) => `@hermetic-ssl/${each}`).join(' or ');
  return loadError([here, `${packages} is not installed`], WAY_OUT.missing(published), undefined);
}

function loadInstalled(): LoadedAddon {
  const platform = presentPlatform();
  const files = platform.published.map(installedFile).filter((file) => file !== undefined);
  let failure: Error | undefined;
  for (const file of files) {
    try {
      return loadFile(file, WAY_OUT.broken);
    } catch (error) {
      failure ??= error as Error; // the other C library's may do
    }
  }
  throw failure ?? noneFor(platform);
}

/** The file that the environment names; Deno may not let it be read. */
function namedFile(): string | undefined {
  try {
    return process.env['HERMETIC_SSL_BINARY'] || undefined;
  } catch {
    return undefined;
  }
}

/** Beside the bundle, where its name is no address. */
const besideBundle = (name: string) =>
  name.startsWith('file:') ? fileURLToPath(name) : resolve(dirname(ownFile()), name);

/**
 * Loads the addon.
 * @throws Error with the code ERR_HERMETIC_SSL_BINARY, which names the platform, what was tried and the way out
 */
export function loadAddon(): LoadedAddon {
  const addon = (globalThis as { [LOADED]?: unknown })[LOADED];
  if (typeof addon === 'string') return loadFile(besideBundle(addon), WAY_OUT.carried);
  if (addon !== undefined) return { addon, path: 'hermetic-ssl/addon', wayOut: WAY_OUT.carried };
  const named = namedFile();
  if (named !== undefined) return loadFile(resolve(named), WAY_OUT.named);
  const built = builtFile();
  return built === undefined ? loadInstalled() : loadFile(built, WAY_OUT.built);
}
