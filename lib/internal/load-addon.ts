// Finds and loads the addon, the only file that does. It is looked for where an application put it, then in a build
// beside this package, then in the package of the platform, which npm installs as an optional dependency.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { outsideArchive } from './asar.js';

/** What an entry point `hermetic-ssl/addon/...` has loaded; a bundle carries the addon that way. */
const LOADED = Symbol.for('hermetic-ssl.addon');
const BUILT = join('build', 'Release', 'hermetic_ssl.node');

/** The addon, and where it came from. */
export interface LoadedAddon {
  readonly addon: unknown;
  readonly path: string;
}

/**
 * Why there is no addon. `code` is stable: a library that can do without this package may look for it and fall back.
 * @param tried each place, with what was wrong there
 */
function loadError(tried: readonly string[], wayOut: string, cause: unknown): Error {
  const message = `hermetic-ssl: its native part could not be loaded. ${tried.join('; ')}. ${wayOut}`;
  return Object.assign(new Error(message, { cause }), { code: 'ERR_HERMETIC_SSL_BINARY' });
}

/** The error of an addon that was found and is of no use. */
export function uselessAddon({ path }: LoadedAddon, why: string): Error {
  return loadError([`${path}: ${why}`], 'Name another file in HERMETIC_SSL_BINARY.', undefined);
}

// Bundled into CommonJS this module has no address of its own: then the bundle's is taken.
declare const __filename: string | undefined;
function ownFile(): string {
  const { url } = import.meta as { url?: string };
  if (url !== undefined) return fileURLToPath(url);
  return typeof __filename === 'string' ? __filename : join(process.cwd(), 'bundle.js');
}

/** The names of the platform's packages, the likelier first: which C library there is shows in loading it. */
function platformNames(): string[] {
  const name = `${process.platform}-${process.arch}`;
  return process.platform === 'linux' ? [`${name}-gnu`, `${name}-musl`] : [name];
}

const firstLine = (error: unknown) =>
  String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';

const isAbsent = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';

function loadFile(path: string, wayOut: string): LoadedAddon {
  // Anything else would be run as JavaScript or read as JSON.
  if (!path.endsWith('.node')) throw loadError([`${path} does not end in .node`], wayOut, undefined);
  try {
    return { addon: createRequire(path)(path), path };
  } catch (cause) {
    throw loadError([`${path}: ${firstLine(cause)}`], wayOut, cause);
  }
}

const WAY_OUT = {
  named: 'Name another file in HERMETIC_SSL_BINARY, or unset it.',
  built: 'Build it anew with "npm run build", or name another file in HERMETIC_SSL_BINARY.',
  installed: (packages: string) =>
    `npm installs ${packages} as an optional dependency of hermetic-ssl: it is missing after --omit=optional ` +
    '(or --no-optional), after installing from a lock file that was made for other platforms only, or when node_modules ' +
    'came from another system or a bundler left it behind. Install again without these, or name the file in ' +
    'HERMETIC_SSL_BINARY. A platform without such a package: in a clone of hermetic-ssl run "npm ci" and "npm run build", ' +
    'and name its build/Release/hermetic_ssl.node in HERMETIC_SSL_BINARY.',
};

function loadInstalled(): LoadedAddon {
  const require = createRequire(ownFile());
  const names = platformNames().map((name) => `@hermetic-ssl/${name}`);
  const tried: string[] = [];
  let cause: unknown;
  for (const name of names) {
    try {
      const path = outsideArchive(require.resolve(`${name}/hermetic_ssl.node`));
      return { addon: require(path), path };
    } catch (error) {
      cause ??= isAbsent(error) ? undefined : error;
      if (!isAbsent(error)) tried.push(`${name}: ${firstLine(error)}`);
    }
  }
  if (tried.length === 0) tried.push(`${names.join(' and ')}: not installed`);
  const libc = process.platform === 'linux' ? ' (glibc or musl)' : '';
  tried.unshift(`This is ${process.platform} on ${process.arch}${libc}, Node ${process.version}`);
  throw loadError(tried, WAY_OUT.installed(names.join(' or ')), cause);
}

/**
 * Loads the addon.
 * @throws Error with the code ERR_HERMETIC_SSL_BINARY, which names the platform, what was tried and the way out
 */
export function loadAddon(): LoadedAddon {
  const loaded = (globalThis as { [LOADED]?: unknown })[LOADED];
  if (loaded !== undefined) return { addon: loaded, path: 'hermetic-ssl/addon' };
  const named = process.env['HERMETIC_SSL_BINARY'];
  if (named) return loadFile(resolve(named), WAY_OUT.named);
  const built = join(dirname(ownFile()), '..', '..', BUILT);
  if (existsSync(built)) return loadFile(built, WAY_OUT.built);
  return loadInstalled();
}
