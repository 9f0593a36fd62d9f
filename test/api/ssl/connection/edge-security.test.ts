// In addition to Python's 25 edge cases: distrusted keys, and bytes in the clear before TLS (CVE-2023-40217).
import { afterEach, describe, expect, test } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { pkiClientContext, pkiServerContext, serverContext } from '../../../helpers/contexts.js';
import { certificateError, sslError } from '../../../helpers/expected-errors.js';
import { Cleanup } from '../../../helpers/cleanup.js';
import { eventually } from '../../../helpers/collect.js';
import * as memory from '../../../helpers/make-pair.js';
import { spkiOf } from '../../../helpers/spki.js';
import { testPki } from '../../../helpers/test-pki.js';
import { discard, rejection, tcpPair, watch } from '../../../helpers/tls-pair.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

describe('security', () => {
  test('extra: a chain with a key on the list of distrusted keys is rejected, whichever authority is trusted', async () => {
    const { root, intermediate, localhostBelowIntermediate: leaf, caPem } = await testPki();
    const server = serverContext(leaf);
    const verify = (cadata: string, distrusted: readonly string[]) => {
      const client = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
      client.loadVerifyLocations({ cadata });
      client.distrustedSpki = distrusted;
      return memory.tryHandshake(memory.makePair({ client, server }));
    };
    expect(verify(caPem, [])).toEqual({ client: null, server: null });
    // The list that Python has built in names keys of authorities; ours takes the user's in addition to its own.
    for (const { certPem } of [root, intermediate, leaf])
      for (const cadata of [caPem, caPem + intermediate.certPem])
        expect(verify(cadata, [spkiOf(certPem)])).toEqual({
          client: certificateError(28),
          server: sslError('SSLV3_ALERT_BAD_CERTIFICATE'),
        });
  });

  test('extra: bytes that came in the clear and were reset never surface as application data', async () => {
    for (const serverSide of [true, false]) {
      const [near, far] = await tcpPair();
      cleanup.defer(() => discard(near, far));
      near.on('error', () => undefined).read(0);
      far.write('DELETE /data HTTP/1.1\r\n\r\n');
      await eventually(() => near.readableLength > 0);
      far.resetAndDestroy();
      await eventually(() => near.destroyed);
      const context = await (serverSide ? pkiServerContext() : pkiClientContext());
      const options = serverSide ? { serverSide } : { serverHostname: 'localhost' };
      const socket = context.wrapSocket(near, { ...options, suppressRaggedEofs: true });
      const story = watch(socket);
      // Python: "Closed before TLS handshake with data in recv buffer."
      expect(await rejection(socket.doHandshake())).toBeInstanceOf(ssl.SSLError);
      await story.closed();
      expect(story).toMatchObject({ chunks: [], ends: 0, closes: 1 });
      expect(story.errors).toHaveLength(1);
    }
  });
});
