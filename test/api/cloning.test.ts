// Objects of the addon cannot be copied to another thread, as Python's cannot be pickled. The copy throws if the
// runtime supports that; otherwise the copy cannot be mistaken for the original.
import * as workerThreads from 'node:worker_threads';

import * as hashlib from 'hermetic-ssl/hashlib';
import * as hmac from 'hermetic-ssl/hmac';
import * as ssl from 'hermetic-ssl/ssl';
import { describe, expect, it } from 'vitest';

import { clientContext, serverContext } from '../helpers/contexts.js';
import { connectedPair, handshake, resumableSession } from '../helpers/make-pair.js';
import { testPki } from '../helpers/test-pki.js';
import { duplexPair } from '../helpers/duplex-pair.js';
import { discard } from '../helpers/tls-pair.js';

const { localhost, caPem } = await testPki();
const canRefuse = 'markAsUncloneable' in workerThreads;

const context = clientContext(caPem);
const socket = context.wrapSocket(duplexPair()[0], { serverHostname: 'localhost' });
const objects: readonly object[] = [
  context,
  socket,
  context.wrapBio(new ssl.MemoryBIO(), new ssl.MemoryBIO(), { serverHostname: 'localhost' }),
  new ssl.MemoryBIO(),
  resumableSession(
    handshake(connectedPair({ client: clientContext(caPem), server: serverContext(localhost) })),
  ),
  hashlib.sha256(),
  hmac.new(Buffer.from('key'), null, 'sha256'),
];

describe.each(objects.map((object) => ({ name: object.constructor.name, object })))(
  'structuredClone of $name',
  ({ object }) => {
    it(canRefuse ? 'is refused' : 'gives nothing of its class, if anything', () => {
      const copy = copyOf(object);
      if (canRefuse) expect(copy).toMatchObject({ name: 'DataCloneError' });
      else expect(copy).not.toBeInstanceOf(object.constructor);
      discard(socket);
    });
  },
);

function copyOf(object: object): unknown {
  try {
    return structuredClone(object);
  } catch (error) {
    return error;
  }
}
