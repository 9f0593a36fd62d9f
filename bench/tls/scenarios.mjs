// The scenarios, of raw servers and of HTTP servers. Each run returns its number of units, and the seconds.
import { measureHandshakes } from './handshakes.mjs';
import * as http from './http-client.mjs';
import * as raw from './raw-client.mjs';

export const MEGABYTES = 192;
const [FULL, RESUMED] = [
  { version: 'TLSv1.3', isResumed: false },
  { version: 'TLSv1.2', isResumed: true },
];

const requests = (client, connections) => (server) =>
  client.measureRequests(server, { connections, seconds: 1.2 });

/** As many clients as make a server wait for nothing. */
const SEVERAL = 4;

async function measureTogether(server, wish) {
  const clients = Array.from({ length: SEVERAL }, () => measureHandshakes(server.port, wish));
  const results = await Promise.all(clients);
  return { count: results.reduce((sum, { count }) => sum + count, 0), seconds: results[0].seconds };
}

const handshakes = (wish, page) => (server) => measureHandshakes(server.port, { ...wish, page });

/**
 * Compiling the server's code is up to a fifth of the cost of the first 2,000 connections, and up to half of that of the requests
 * in the first second. V8 still compiles functions after 10,000 connections.
 */
const warmUps = { connections: 8, requests: 3 };

/** @typedef {{ port: number, isPlain: boolean }} Server */
/** @typedef {{ count: number, seconds: number }} Result */
/**
 * With `isOfTls`, it says nothing about a server without TLS.
 * @typedef {{ name: string, warmUps?: number, isOfTls?: boolean, run: (server: Server) => Promise<Result> }} Scenario
 */

/** @type {{ raw: Scenario[], http: Scenario[] }} */
export const SCENARIOS = {
  raw: [
    { name: 'full handshake, TLS 1.3', warmUps: warmUps.connections, run: handshakes(FULL) },
    { name: 'resumed handshake, TLS 1.2', warmUps: warmUps.connections, run: handshakes(RESUMED) },
    {
      name: `full handshake, TLS 1.3, ${SEVERAL} clients`,
      run: (server) => measureTogether(server, FULL),
    },
    {
      name: `resumed handshake, TLS 1.2, ${SEVERAL} clients`,
      run: (server) => measureTogether(server, RESUMED),
    },
    { name: 'request, 1 connection', warmUps: warmUps.requests, run: requests(raw, 1) },
    { name: 'request, 32 connections', warmUps: warmUps.requests, run: requests(raw, 32) },
    { name: 'MB down', run: (server) => raw.measureDown(server, { megabytes: MEGABYTES }) },
    { name: 'MB up', run: (server) => raw.measureUp(server, { megabytes: MEGABYTES }) },
  ],
  http: [
    {
      name: 'full handshake, TLS 1.3, and a request',
      ...{ warmUps: warmUps.connections, isOfTls: true, run: handshakes(FULL, '/small') },
    },
    {
      name: 'resumed handshake, TLS 1.2, and a request',
      ...{ warmUps: warmUps.connections, isOfTls: true, run: handshakes(RESUMED, '/small') },
    },
    { name: 'request, 50 connections', warmUps: warmUps.requests, run: requests(http, 50) },
    { name: 'MB down', run: (server) => http.measureDown(server, { megabytes: MEGABYTES }) },
    { name: 'MB up', run: (server) => http.measureUp(server, { megabytes: MEGABYTES }) },
  ],
};
