// The only file that finds and loads the addon. It looks for the addon that a bundle carries, the file that an application
// names, a build in this package, then the package of the platform, which is an optional dependency.
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve, sep, toNamespacedPath } from 'node:path';
import { fileURLToPath } from 'node:url';

import { outsideArchive } from './asar.js';
import { presentPlatform, type Platform } from './platform.js';

/**
 * The key of the addon that an entry point `hermetic-ssl/addon/...` has loaded; a bundle carries the addon that way. With
 * a bundler that copies the file and returns its name, the value is that name.
 */
const LOADED = Symbol.for('hermetic-ssl.addon');
const BINARY = 'hermetic_ssl.node';

/** The addon, and where it came from. */
export interface LoadedAddon {
  readonly addon: unknown;
  readonly path: string;
  /** The advice in the error message if the addon is unusable. */
  readonly wayOut: string;
}

const FROM_A_CLONE =
  `In a clone of hermetic-ssl run "npm ci" and "npm run build", and name its build/Release/${BINARY} in ` +
  'HERMETIC_SSL_BINARY.';

const WAY_OUT = {
  carried:
    'Build the bundle again, with the same version of hermetic-ssl and of its platform package.',
  asset:
    `Make the application with ${BINARY} of the platform's package among its assets, or import ` +
    '"hermetic-ssl/addon/<platform>" instead.',
  named: 'Name another file in HERMETIC_SSL_BINARY, or unset it.',
  built: 'Build it again with "npm run build", or name another file in HERMETIC_SSL_BINARY.',
  missing: (names: readonly string[]) =>
    `It is an optional dependency of hermetic-ssl, which is left out with --omit=optional or --no-optional, with a lock file ` +
    'that was made on another system (remove it and node_modules, and install again), with a node_modules copied from ' +
    `another system, and when a bundler leaves it out (import "hermetic-ssl/addon/${names[0]}" before anything else of ` +
    'the package). Or name the file in HERMETIC_SSL_BINARY.',
  broken: `Install the package again. If the system is too old for it: ${FROM_A_CLONE}`,
  forbidden: 'Start the program with --allow-addons, or in Deno with --allow-ffi and --allow-read.',
} as const;

/** Sets the addon that an application carries. */
export function setCarriedAddon(addon: unknown): void {
  (globalThis as { [LOADED]?: unknown })[LOADED] = addon;
}

/**
 * Makes the error for a missing addon. `code` is stable: a library that can do without this package may check it and fall back.
 * @param tried each place, with the reason why it failed
 */
function loadError(tried: readonly string[], wayOut: string, cause: unknown): Error {
  const message = `hermetic-ssl: its native part could not be loaded. ${tried.join('; ')}. ${wayOut}`;
  return Object.assign(new Error(message, { cause }), { code: 'ERR_HERMETIC_SSL_BINARY' });
}

/** Makes the error of an application that does not carry the addon although it should. */
export function seaError(why: string, cause: unknown): Error {
  return loadError([`hermetic-ssl/addon/sea: ${why}`], WAY_OUT.asset, cause);
}

/** Makes the error of an addon that was found but is unusable. */
export function uselessAddon({ path, wayOut }: LoadedAddon, why: string): Error {
  return loadError([`${path}: ${why}`], wayOut, undefined);
}

// A module that is bundled into CommonJS has no address of its own: the bundle's is used instead. import.meta.url is
// unsuitable, since webpack replaces it with the path of this file on the build machine: nothing may be loaded from there.
// oxlint-disable-next-line no-underscore-dangle -- Node's name
declare const __filename: string | undefined;
function ownFile(): string {
  const { filename } = import.meta as { filename?: string };
  if (filename !== undefined) return filename;
  return typeof __filename === 'string' ? __filename : (process.argv[1] ?? process.execPath);
}

/** Returns the `require` of a file. Uses getBuiltinModule because webpack removes a call of an imported createRequire. */
const requireOf = (file: string): NodeJS.Require =>
  process.getBuiltinModule('node:module').createRequire(file);

/** Returns the exports of an addon, like `require` but in half the time: without a search and without a module. */
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

/** Returns the first line without a full stop, to be part of a sentence. */
const firstLine = (error: unknown) =>
  String(error instanceof Error ? error.message : error)
    .split('\n', 1)
    .join('')
    .replace(/\.$/, '');

function loadFile(named: string, wayOut: string): LoadedAddon {
  const path = outsideArchive(named);
  // Any other library would be loaded as well, and its initialisers would run.
  if (!path.endsWith('.node'))
    throw loadError([`${path} does not end in .node`], wayOut, undefined);
  try {
    return { addon: openAddon(path), path, wayOut };
  } catch (cause) {
    const help = isForbidden(cause) ? WAY_OUT.forbidden : wayOut;
    throw loadError([`${path}: ${firstLine(cause).replace(`${path}: `, '')}`], help, cause);
  }
}

/** Returns whether the file exists; false if Deno has no permission to look. */
function isThere(file: string): boolean {
  try {
    return existsSync(file);
  } catch {
    return false;
  }
}

/** Returns this package's folder; undefined in a bundle, where anyone who can write two folders above could supply code. */
function ownFolder(): string | undefined {
  const own = ownFile();
  const isOurs = own.endsWith(join(sep, 'dist', 'internal', 'core.js'));
  return isOurs ? join(dirname(own), '..', '..') : undefined;
}

/** Returns the addon built in a clone. */
function builtFile(): string | undefined {
  const own = ownFolder();
  const file = own && join(own, 'build', 'Release', BINARY);
  return file && isThere(file) ? file : undefined;
}

/**
 * Returns the file of a platform package where npm and most other tools put it: below this package or next to it. Node
 * looks at these two places first, but asking Node takes longer than loading the file.
 */
function placedFile(name: string): string | undefined {
  const own = ownFolder();
  if (own === undefined) return undefined;
  const beside = dirname(own);
  const places = [join(own, 'node_modules'), ...(basename(beside) === 'node_modules' ? [beside] : [])]; // prettier-ignore
  return places.map((place) => join(place, '@hermetic-ssl', name, BINARY)).find(isThere);
}

/**
 * Returns the file of an installed platform package, resolved from here or, in a bundle whose node_modules is not flat,
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

/** Returns the file that the environment names; undefined if Deno has no permission to read it. */
function namedFile(): string | undefined {
  try {
    return process.env['HERMETIC_SSL_BINARY'] || undefined;
  } catch {
    return undefined;
  }
}

/** Resolves the name of a carried addon: relative to the bundle, unless it is a file: URL. */
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
