/** Paths for the tests of this folder. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

export const repoRoot: string = resolve(import.meta.dirname, '..', '..', '..');

/** The addon that the tests run on. */
export const addonPath: string =
  process.env['HERMETIC_SSL_BINARY'] ?? join(repoRoot, 'build', 'Release', 'hermetic_ssl.node');

/** What the addon says about itself (lib/internal/native/library.ts). */
export interface AddonVersion {
  readonly openssl: string;
  readonly number: number;
  readonly headers: string;
  readonly built: string;
  readonly pin: string;
  readonly image: string;
  readonly ownImage: string;
}

export interface Addon {
  readonly startError?: { readonly message: string };
  version(): AddonVersion;
}

export const loadAddon = (path: string = addonPath): Addon =>
  createRequire(import.meta.url)(path) as Addon;

export const isElf: boolean =
  existsSync(addonPath) && !['win32', 'darwin'].includes(process.platform);
