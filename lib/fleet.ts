/**
 * Servers of several processes and hosts as one: they resume each other's sessions, and change the keys of their tickets
 * without a refused resumption. docs/fleet.md has the whole picture for operators.
 * @module
 */
export {
  CertificateDirectory,
  type CertificateDirectoryOptions,
} from './fleet/certificate-directory.js';
export type { Duration } from './fleet/duration.js';
export { fileStore } from './fleet/file-store.js';
export { haproxySessionIdContext, nginxSessionIdContext } from './fleet/foreign.js';
export {
  KeyRing,
  type DerivedOptions,
  type KeyDescription,
  type RotationOptions,
  type SharedOptions,
} from './fleet/key-ring.js';
export { memoryStore } from './fleet/memory-store.js';
export {
  redisStore,
  type RedisClient,
  type RedisStoreOptions,
  type RedisSubscriber,
} from './fleet/redis-store.js';
export type { FleetStore, KeyStore } from './fleet/store.js';
