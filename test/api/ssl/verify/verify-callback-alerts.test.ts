// A protocol failure that meets the promise of a server's verifyCallback: the client is told why by its alert, and the error of the
// server is the failure itself.
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { nextEvent } from '../../../helpers/collect.js';
import { VERSIONS, type Change } from '../../../helpers/contexts.js';
import { duplexPair } from '../../../helpers/duplex-pair.js';
import { sslError } from '../../../helpers/expected-errors.js';
import { makePair, thrown, type Pair } from '../../../helpers/make-pair.js';
import { watch } from '../../../helpers/tls-pair.js';
import { askingServer, deferred, type Callback } from '../../support/verify-callbacks.js';

/** The records of a flight. */
function records(flight: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < flight.length;) {
    const end = at + 5 + flight.readUInt16BE(at + 3);
    found.push(flight.subarray(at, end));
    at = end;
  }
  return found;
}

/** Lets the handshake get to the client's certificate, and gives the flight that it is in. */
function certificateFlight(pair: Pair): Buffer {
  for (let i = 0; i < 2; i += 1) {
    thrown(() => pair.client.doHandshake());
    if (i === 1) break;
    thrown(() => pair.server.doHandshake());
  }
  return pair.toServer.read();
}

/** The flight with its last record, the Finished, changed in one bit. */
function withBadFinished(flight: Buffer): Buffer {
  const changed = Buffer.from(flight);
  changed[changed.length - 1]! ^= 1;
  expect(records(changed).length).toBeGreaterThan(1);
  return changed;
}

/** What the client's handshake, or under TLS 1.3 its first read, fails with. */
const toldTo = (client: ssl.SSLObject): Error | null =>
  thrown(() => {
    client.doHandshake();
    client.read();
  });

/** OpenSSL 4 names it without SSLV3. */
const ALERT: unknown = expect.objectContaining({
  reason: expect.stringMatching(/ALERT_BAD_RECORD_MAC$/) as string,
});

describe.each(VERSIONS)('A bad record behind a certificate, %s', (_version, only: Change) => {
  /** How the server fails with this answer of its callback. */
  function failureWith(callback: Callback): { failure: ssl.SSLError; pair: Pair } {
    const pair = makePair(askingServer(callback, { only }));
    pair.toServer.write(withBadFinished(certificateFlight(pair)));
    return { failure: thrown(() => pair.server.doHandshake()) as ssl.SSLError, pair };
  }

  it('reaches the client as an alert although a promise is pending, on SSLObject', async () => {
    const { promise, resolve } = deferred();
    const { failure, pair } = failureWith(() => promise);
    const { reason, message } = failureWith(() => undefined).failure;
    expect(failure).toMatchObject({ library: 'SSL', reason, message });
    expect(toldTo(pair.client)).toEqual(ALERT);
    // The answer comes too late to change anything.
    resolve(true);
    await promise;
    expect(pair.toClient.pending).toBe(0);
    expect(thrown(() => pair.server.doHandshake())).toBeInstanceOf(Error);
  });

  it('reaches the client as an alert although a promise is pending, on SSLSocket', async () => {
    const { promise, resolve } = deferred();
    const contexts = askingServer(() => promise, { only });
    const [near, far] = duplexPair();
    const server = contexts.server.wrapSocket(far, { serverSide: true });
    const story = watch(server);
    const toServer = new ssl.MemoryBIO();
    const toClient = new ssl.MemoryBIO();
    const client = contexts.client.wrapBio(toClient, toServer, { serverHostname: 'localhost' });
    thrown(() => client.doHandshake());
    near.write(toServer.read());
    toClient.write(((await nextEvent(near, 'data')) as [Buffer])[0]);
    near.on('data', (chunk: Buffer) => toClient.write(chunk));
    await until(() => {
      thrown(() => client.doHandshake());
      return toServer.pending > 0;
    });
    near.write(withBadFinished(toServer.read()));
    await story.closed();
    const { reason } = failureWith(() => undefined).failure;
    expect(story.errors).toEqual([sslError(reason)]);
    expect(toldTo(client)).toEqual(ALERT);
    resolve(false);
  });
});

/** Waits until a condition holds. */
async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !holds(); i += 1) await sleep(2);
}
