/**
 * The surface of node:https on this package's OpenSSL: `import https from 'hermetic-ssl/https'` in place of
 * `import https from 'node:https'`. Requests, responses and agents are those of the runtime's node:http.
 * @module
 */
import type * as NodeHttps from 'node:https';

import { Agent as AgentImplementation, makeGlobalAgent } from './https/agent.js';
import { ownExports } from './https/exports.js';
import { get as getFrom, request as requestFrom } from './https/request.js';
import { createServer as makeServer, Server as ServerImplementation } from './https/server.js';

/** The exports as one object: `globalAgent` may be replaced on it. */
const https = Object.assign(ownExports, {
  Agent: AgentImplementation,
  globalAgent: makeGlobalAgent(),
  Server: ServerImplementation,
  createServer: makeServer,
  get: getFrom,
  request: requestFrom,
}) as unknown as typeof NodeHttps;

/** Keeps connections to servers for later requests (node:https). */
export const Agent: typeof NodeHttps.Agent = https.Agent;
/** Keeps connections to servers for later requests (node:https). */
export type Agent = NodeHttps.Agent;
/** The agent of requests without one. Set it on the default export to change it (node:https). */
export const globalAgent: NodeHttps.Agent = https.globalAgent;
/** A server (node:https). */
export const Server: typeof NodeHttps.Server = https.Server;
/** A server (node:https). */
export type Server = NodeHttps.Server;
/** Makes a server (node:https). */
export const createServer: typeof NodeHttps.createServer = https.createServer;
/** Makes a request without a body (node:https). */
export const get: typeof NodeHttps.get = https.get;
/** Begins a request (node:https). */
export const request: typeof NodeHttps.request = https.request;

export { https as default, https as 'module.exports' };
