// A peer that leaves makes an error on every connection. It has no stack: recording one takes longer than the rest of the
// error, and it would only name this package and Node.
import type { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

import * as ssl from 'hermetic-ssl/ssl';
import { afterEach, describe, expect, it } from 'vitest';

import { pkiClientContext } from '../../helpers/contexts.js';
import { discard, memoryPair, tcpTlsPair, watch, type TlsPair } from '../../helpers/tls-pair.js';

const LIMIT = Error.stackTraceLimit;
const open: TlsPair[] = [];
afterEach(() => {
  Error.stackTraceLimit = LIMIT;
  for (const { client, server } of open.splice(0)) discard(client, server);
});

const framesOf = (error: Error | undefined) => error?.stack?.match(/^ {4}at .*$/gm) ?? [];

async function endsOf<T extends Duplex>(
  make: () => Promise<TlsPair<T>>,
  leave: (pair: TlsPair<T>) => void,
): Promise<Error[]> {
  const pair = await make();
  open.push(pair);
  const story = watch(pair.server);
  watch(pair.client);
  await turn();
  leave(pair);
  await story.closed();
  return story.errors;
}

describe.each<[string, () => Promise<TlsPair>]>([
  ['TCP', tcpTlsPair],
  ['memory', memoryPair],
])('the end of a peer over %s', (_, make) => {
  it('is an error without a stack, and leaves the limit as it was', async () => {
    const [error, ...others] = await endsOf(make, ({ transports }) => transports.client.end());
    expect(others).toEqual([]);
    expect(error).toBeInstanceOf(ssl.SSLEOFError);
    expect(error?.stack).toContain('EOF occurred in violation of protocol');
    expect(framesOf(error)).toEqual([]);
    expect(Error.stackTraceLimit).toBe(LIMIT);
    expect(framesOf(new Error('another'))).not.toEqual([]);
  });

  it('leaves a limit alone that the application has removed', async () => {
    Reflect.deleteProperty(Error, 'stackTraceLimit');
    await endsOf(make, ({ transports }) => transports.client.end());
    expect(Object.hasOwn(Error, 'stackTraceLimit')).toBe(false);
  });
});

describe('a reset', () => {
  it.runIf(ssl.HAS_NATIVE_TRANSPORT)('has no stack if the descriptor reports it', async () => {
    let kind = '';
    const [error] = await endsOf(tcpTlsPair, ({ server, transports }) => {
      kind = server.transportKind;
      transports.client.resetAndDestroy();
    });
    expect(error).toMatchObject({ code: 'ECONNRESET', syscall: 'read' });
    if (kind === 'native') expect(framesOf(error)).toEqual([]);
  });
});

describe('an error that a call throws', () => {
  it('has the stack of the call', async () => {
    const incoming = new ssl.MemoryBIO();
    const context = await pkiClientContext();
    const object = context.wrapBio(incoming, new ssl.MemoryBIO(), { serverHostname: 'localhost' });
    incoming.writeEof();
    let error: Error | undefined;
    try {
      object.doHandshake();
    } catch (thrown) {
      error = thrown as Error;
    }
    expect(error).toBeInstanceOf(ssl.SSLEOFError);
    expect(framesOf(error).join('\n')).toContain('end-stacks.test.ts');
  });
});
