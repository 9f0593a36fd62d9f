// The addon and the contract of its exports. A native function returns its value or an ErrorRecord; it throws a TypeError
// only if the contract is broken.
import { loadAddon, uselessAddon } from '../load-addon.js';
import { packageVersion } from '../package-version.js';
import type { NativeDevelopmentCertificate } from './development-certificate.js';
import type { NativeDigest } from './digest.js';
import type { NativeMac } from './digest-mac.js';
import type { NativeEntropy } from './entropy.js';
import type { NativeExplainChain } from './explain-chain.js';
import type { NativeInput } from './input.js';
import type { NativeKdf } from './kdf.js';
import type { NativeScrypt } from './kdf-scrypt.js';
import type { NativeKdfSettings } from './kdf-settings.js';
import type { NativeLibrary, NativeVersion } from './library.js';
import type { NativeCertificateCompression } from './tls-certificate-compression.js';
import type { NativeCertificateLegacy } from './tls-certificate-legacy.js';
import type { NativeCertificateStatus } from './tls-certificate-status.js';
import type { NativeClientHello } from './tls-client-hello.js';
import type { NativeConnection } from './tls-connection.js';
import type { NativeConnectionDetails } from './tls-connection-details.js';
import type { NativeConnectionInfo } from './tls-connection-info.js';
import type { NativeContext } from './tls-context.js';
import type { NativeContextSuites } from './tls-context-suites.js';
import type { NativeExchange } from './tls-exchange.js';
import type { NativeFleet } from './tls-fleet.js';
import type { NativeIdentity } from './tls-identity.js';
import type { NativeMemoryBio } from './tls-memory-bio.js';
import type { NativePoolHandshake } from './tls-pool-handshake.js';
import type { NativePsk } from './tls-psk.js';
import type { NativeSessionStorage } from './tls-session-storage.js';
import type { NativeSessionStore } from './tls-session-store.js';
import type { NativeStreams } from './tls-stream.js';
import type { NativeVerification } from './tls-verification.js';
import type { NativeTrust } from './trust.js';
import type { NativeWindowsStores } from './windows-stores.js';

export type * from './development-certificate.js';
export type * from './digest.js';
export type * from './digest-mac.js';
export type * from './entropy.js';
export type * from './explain-chain.js';
export type * from './handles.js';
export type * from './input.js';
export type * from './kdf.js';
export type * from './kdf-scrypt.js';
export type * from './kdf-settings.js';
export type * from './library.js';
export type * from './tls-certificate.js';
export type * from './tls-certificate-compression.js';
export type * from './tls-certificate-legacy.js';
export type * from './tls-certificate-status.js';
export type * from './tls-client-hello.js';
export type * from './tls-connection.js';
export type * from './tls-connection-details.js';
export type * from './tls-connection-info.js';
export type * from './tls-context.js';
export type * from './tls-context-suites.js';
export type * from './tls-exchange.js';
export type * from './tls-fleet.js';
export type * from './tls-identity.js';
export type * from './tls-memory-bio.js';
export type * from './tls-pool-handshake.js';
export type * from './tls-psk.js';
export type * from './tls-session-storage.js';
export type * from './tls-session-store.js';
export type * from './tls-stream.js';
export type * from './tls-verification.js';
export type * from './trust.js';
export type * from './types.js';
export type * from './windows-stores.js';

/** The addon's exports: one part for each file of native/napi that registers functions. */
export type NativeBinding = NativeCertificateCompression &
  NativeCertificateLegacy &
  NativeCertificateStatus &
  NativeClientHello &
  NativeConnection &
  NativeConnectionDetails &
  NativeConnectionInfo &
  NativeContext &
  NativeContextSuites &
  NativeDevelopmentCertificate &
  NativeDigest &
  NativeEntropy &
  NativeExchange &
  NativeExplainChain &
  NativeFleet &
  NativeIdentity &
  NativeInput &
  NativeKdf &
  NativeKdfSettings &
  NativeLibrary &
  NativeMac &
  NativeMemoryBio &
  NativePoolHandshake &
  NativePsk &
  NativeScrypt &
  NativeSessionStorage &
  NativeSessionStore &
  NativeStreams &
  NativeTrust &
  NativeVerification &
  NativeWindowsStores;

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
