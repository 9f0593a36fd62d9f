// Defines the members of hermetic-ssl/tls on the runtime's own module, and undoes it.
import { createServer, Server as HttpsServer } from '../https/server.js';
import { lookUpOn, ownExports, type Siblings } from '../tls/exports.js';
import { builtinExports } from '../tls/runtime.js';
import { Server } from '../tls/server.js';
import { createSecurePair } from './secure-pair.js';

/** The runtime's values: constants that the flags of the command line have set. */
const KEPT_NAMES = /^(?:DEFAULT_|CLIENT_RENEG_)/;

const undo: (() => void)[] = [];

const IS_NODE = process.versions['bun'] === undefined && !('Deno' in globalThis);

function replace(target: object, name: string, value: unknown): void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  if (before?.configurable === false) return; // rootCertificates
  Object.defineProperty(target, name, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
  undo.push(() => {
    if (before === undefined) Reflect.deleteProperty(target, name);
    else Object.defineProperty(target, name, before);
  });
}

function reparent(child: object, parent: object): void {
  const before = Object.getPrototypeOf(child) as object;
  Object.setPrototypeOf(child, parent);
  undo.push(() => void Object.setPrototypeOf(child, before));
}

/** Makes a loaded class that extends node:tls's server extend this package's. */
function adopt(Class: { readonly prototype: object } | undefined): void {
  if (Class === undefined) return;
  reparent(Class, Server);
  reparent(Class.prototype, Server.prototype);
}

const isLoaded = (name: string): boolean =>
  ((process as unknown as { moduleLoadList?: string[] }).moduleLoadList ?? []).includes(
    `NativeModule ${name}`,
  );

/** The class of http2's secure servers, which is not exported. */
function secureHttp2Server(): { readonly prototype: object } | undefined {
  if (IS_NODE && !isLoaded('internal/http2/core')) return undefined; // others do not say what is loaded
  const http2 = process.getBuiltinModule('node:http2');
  return http2.createSecureServer().constructor;
}

/** Replaces the servers of a node:https that is not built on the exports of node:tls, as that of Bun and Deno. */
function replaceHttpsServers(): void {
  const https = process.getBuiltinModule('node:https');
  replace(https, 'createServer', createServer);
  replace(https, 'Server', HttpsServer);
}

/** Replaces. Does nothing the second time. */
export function patch(): void {
  if (undo.length > 0 || builtinExports === undefined) return;
  const loadedHttp2 = secureHttp2Server(); // made by the runtime's own class
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(ownExports)))
    if (!KEPT_NAMES.test(name) && value !== undefined) replace(builtinExports, name, value);
  if ('createSecurePair' in builtinExports)
    replace(builtinExports, 'createSecurePair', createSecurePair);
  lookUpOn(builtinExports as unknown as Siblings);
  if (!IS_NODE) replaceHttpsServers();
  if (isLoaded('https')) adopt(process.getBuiltinModule('node:https').Server);
  adopt(loadedHttp2);
  process.getBuiltinModule('node:module').syncBuiltinESMExports();
}

/** Restores everything that `patch` has replaced. */
export function unpatch(): void {
  for (const restore of undo.splice(0).toReversed()) restore();
  lookUpOn(ownExports);
  process.getBuiltinModule('node:module').syncBuiltinESMExports();
}
