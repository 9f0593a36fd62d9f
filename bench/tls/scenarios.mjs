// The scenarios, of raw servers and of HTTP servers. Each run returns its number of units, and the seconds.
import { measureHandshakes } from './handshakes.mjs';
import * as http from './http-client.mjs';
import * as raw from './raw-client.mjs';

export const MEGABYTES = 192;
const [FULL, RESUMED] = [
  { version: 'TLSv1.3', isResumed: false },
  { version: 'TLSv1.2', isResumed: true },
];

const requests = (client, connections) => (port) =>
  client.measureRequests(port, { connections, seconds: 0.6 });

/** Before about 2,000 connections, compiling the server's code is up to a fifth of their cost. */
const warmUps = 4;

/** @typedef {{ name: string, warmUps?: number, run: (port: number) => Promise<{ count: number, seconds: number }> }} Scenario */

/** @type {{ raw: Scenario[], http: Scenario[] }} */
export const SCENARIOS = {
  raw: [
    { name: 'full handshake, TLS 1.3', warmUps, run: (port) => measureHandshakes(port, FULL) },
    {
      name: 'resumed handshake, TLS 1.2',
      warmUps,
      run: (port) => measureHandshakes(port, RESUMED),
    },
    { name: 'request, 1 connection', run: requests(raw, 1) },
    { name: 'request, 32 connections', run: requests(raw, 32) },
    { name: 'MB down', run: (port) => raw.measureDown(port, { megabytes: MEGABYTES }) },
    { name: 'MB up', run: (port) => raw.measureUp(port, { megabytes: MEGABYTES }) },
  ],
  http: [
    {
      name: 'full handshake, TLS 1.3, and a request',
      warmUps,
      run: (port) => measureHandshakes(port, { ...FULL, page: '/small' }),
    },
    {
      name: 'resumed handshake, TLS 1.2, and a request',
      warmUps,
      run: (port) => measureHandshakes(port, { ...RESUMED, page: '/small' }),
    },
    { name: 'request, 50 connections', run: requests(http, 50) },
    { name: 'MB down', run: (port) => http.measureDown(port, { megabytes: MEGABYTES }) },
    { name: 'MB up', run: (port) => http.measureUp(port, { megabytes: MEGABYTES }) },
  ],
};
