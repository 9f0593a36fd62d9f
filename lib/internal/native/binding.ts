// The addon and the contract of its exports. A native function returns its value or an ErrorRecord; it throws a TypeError
// only if the contract is broken.
import { loadAddon, uselessAddon } from '../load-addon.js';
import type { NativeBinding, NativeVersion } from './contract.js';
import { packageVersion } from '../package-version.js';
export type * from './contract.js';
export type * from './development-certificate.js';
export type * from './identity.js';
export type * from './tls.js';
export type * from './verification.js';

const loaded = loadAddon();

/** The file that the addon was loaded from. */
export const binaryPath: string = loaded.path;

function linkedVersion(addon: Partial<NativeBinding>): NativeVersion {
  if (addon.startError !== undefined) throw uselessAddon(loaded, addon.startError.message);
  if (typeof addon.version !== 'function') throw uselessAddon(loaded, 'it is another addon');
  const version = addon.version();
  // The versions have to be equal: only this check proves that the addon implements this version's contract.
  if (version.package !== packageVersion) {
    throw uselessAddon(
      loaded,
      `it belongs to hermetic-ssl ${version.package}, and this is ${packageVersion}`,
    );
  }
  return version;
}

/** The versions of the addon and of its OpenSSL. */
export const linked: NativeVersion = linkedVersion(loaded.addon as Partial<NativeBinding>);

/** The addon. */
export const binding = loaded.addon as NativeBinding;
