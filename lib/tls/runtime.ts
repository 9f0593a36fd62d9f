// The runtime's own node:tls as it was before any change: its defaults, which know the flags of the command line, and its
// list of authorities, which is data. No connection of this package uses its TLS.
import type * as NodeTls from 'node:tls';

type Runtime = Partial<typeof NodeTls> & { readonly rootCertificates?: readonly string[] };

const builtin = process.getBuiltinModule('node:tls') as Runtime | undefined;

/** The values of the data properties, so that a later patch of the module does not matter. */
const saved = Object.fromEntries(
  Object.entries(Object.getOwnPropertyDescriptors(builtin ?? {})).filter(([, { value }]) => value),
) as Record<string, { readonly value?: unknown }>;

/** Returns a member of the module as it was before any patch. */
export const savedMember = (name: string): unknown => saved[name]?.value;

const savedText = (name: string, fallback: string): string => {
  const value: unknown = saved[name]?.value;
  return typeof value === 'string' ? value : fallback;
};

const CIPHERS =
  'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:' +
  'ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:' +
  'ECDHE-ECDSA-AES256-GCM-SHA384:HIGH:!aNULL:!eNULL:!EXPORT:!DES:!RC4:!MD5:!PSK:!SRP:!CAMELLIA';

/** The defaults that the runtime has, or Node's for a runtime without them. */
export const DEFAULTS = {
  DEFAULT_CIPHERS: savedText('DEFAULT_CIPHERS', CIPHERS),
  DEFAULT_ECDH_CURVE: savedText('DEFAULT_ECDH_CURVE', 'auto'),
  DEFAULT_MIN_VERSION: savedText('DEFAULT_MIN_VERSION', 'TLSv1.2'),
  DEFAULT_MAX_VERSION: savedText('DEFAULT_MAX_VERSION', 'TLSv1.3'),
  CLIENT_RENEG_LIMIT: 3,
  CLIENT_RENEG_WINDOW: 600,
};

/** Returns the runtime's bundled list of authorities in PEM; empty without a list. */
export const runtimeRoots = (): readonly string[] => builtin?.rootCertificates ?? [];

/** The major version of Node, or of the one that the runtime stands for. Programs match texts that changed with it. */
export const NODE_MAJOR = Number(process.versions.node.split('.')[0]);

/** The built-in exports object, for register. */
export const builtinExports = builtin;
