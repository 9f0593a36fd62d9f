// Plays each scenario over node:tls and over hermetic-ssl/tls: the events of both ends, with their arguments and in their
// order, are equal, or the scenario is listed in event-differences.ts.
import nodeHttps from 'node:https';
import type { ConnectionOptions } from 'node:tls';

import { describe, expect, it } from 'vitest';

import https from 'hermetic-ssl/https';
import { OPENSSL_VERSION_INFO } from 'hermetic-ssl/ssl';
import { DIFFERENCES } from './event-differences.js';
import { play, type Log, type Scenario } from './event-recorder.js';
import * as closing from './closing-scenarios.js';
import * as handshakes from './handshake-scenarios.js';
import { HTTPS, playHttps, type HttpsScenario } from './https-scenarios.js';
import { nodeTls, ourTls } from './support.js';

const MAJOR = Number(process.versions.node.split('.')[0]);

function compare(name: string, ours: Log, theirs: Log): void {
  const listed = DIFFERENCES[name];
  const differs =
    listed !== undefined &&
    (listed.nodes?.includes(MAJOR) ?? true) &&
    (listed.openssl ?? 0) <= OPENSSL_VERSION_INFO[0];
  if (differs) expect(ours, 'equal by now: take it off the list').not.toEqual(theirs);
  else expect(ours).toEqual(theirs);
}

const all = [...Object.values(closing), ...Object.values(handshakes)].flatMap((group) =>
  Object.entries<Scenario>(group),
);

describe('the events of hermetic-ssl/tls are those of node:tls if', () => {
  it.each(all)('%s', async (name, scenario) => {
    const theirs = await play(nodeTls, scenario);
    compare(name, await play(ourTls, scenario), theirs);
  });
});

describe('the events of hermetic-ssl/https are those of node:https if', () => {
  it.each(Object.entries<HttpsScenario>(HTTPS))('%s', async (name, scenario) => {
    const theirs = await playHttps(nodeHttps, scenario);
    compare(name, await playHttps(https, scenario), theirs);
  });
});

// node:tls of Node 20 connects all the same, emits 'close' twice, and may abort the process.
it('a signal that is aborted already connects nothing', async () => {
  const client = { signal: AbortSignal.abort() } as ConnectionOptions;
  expect(await play(ourTls, { client })).toEqual({
    client: ['error ABORT_ERR "The operation was aborted"', 'close true'],
    server: [],
  });
});

describe('the scenarios', () => {
  it('are at least 60, and every listed difference is one of them', () => {
    const names = new Set([...all.map(([name]) => name), ...Object.keys(HTTPS)]);
    expect(names.size).toBeGreaterThanOrEqual(60);
    expect(Object.keys(DIFFERENCES).filter((name) => !names.has(name))).toEqual([]);
  });
});
