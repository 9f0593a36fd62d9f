// https.request and https.get: the runtime's http, with this package's agent.
import type { ClientRequest } from 'node:http';
import { urlToHttpOptions } from 'node:url';

import { siblings } from '../tls/exports.js';
import { OWN_CHECK } from './agent.js';
import { ownExports } from './exports.js';

type Given = Record<string | symbol, unknown>;

let lastOwnCheck = 0;

/** Whether the agent of a request has a check of its own, for all its requests. */
function agentChecks({ agent, createConnection }: Given): boolean {
  if (agent === false) return false;
  const isAbsent = agent === undefined || agent === null;
  if (isAbsent && typeof createConnection === 'function') return false;
  const used = (isAbsent ? ownExports.globalAgent : agent) as { options?: Given };
  return used.options?.['checkServerIdentity'] !== undefined;
}

/** Begins a request. */
export function request(...values: unknown[]): ClientRequest {
  const rest = [...values];
  const [first] = rest;
  const isUrl = typeof first === 'string' || first instanceof URL;
  const base = isUrl ? urlToHttpOptions(new URL(rest.shift() as string)) : {};
  const own = rest[0] && typeof rest[0] !== 'function' ? (rest.shift() as object) : {};
  const options = Object.assign(base, own) as Given;
  const check = options['checkServerIdentity'];
  if (check !== undefined && check !== siblings().checkServerIdentity && !agentChecks(options))
    options[OWN_CHECK] = ++lastOwnCheck;
  options['_defaultAgent'] = ownExports.globalAgent;
  const { ClientRequest: Request } = process.getBuiltinModule('node:http');
  return Reflect.construct(Request, [options, ...rest]) as ClientRequest;
}

/** Makes a request with the method GET and without a body. */
export function get(...values: unknown[]): ClientRequest {
  const made = request(...values);
  made.end();
  return made;
}
