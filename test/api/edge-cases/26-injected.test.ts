// Beside Python's 25 edge cases: bytes in the clear before TLS (CVE-2023-40217).
import { afterEach, describe, expect, test } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { Cleanup } from '../../helpers/cleanup.js';
import { eventually } from '../../helpers/collect.js';
import {
  clientContext,
  discard,
  rejection,
  serverContext,
  tcpPair,
  watch,
} from '../../helpers/tls-pair.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

describe('injection', () => {
  test('extra: bytes that came in the clear and were reset never surface as application data', async () => {
    for (const serverSide of [true, false]) {
      const [near, far] = await tcpPair();
      cleanup.defer(() => discard(near, far));
      near.on('error', () => undefined).read(0);
      far.write('DELETE /data HTTP/1.1\r\n\r\n');
      await eventually(() => near.readableLength > 0);
      far.resetAndDestroy();
      await eventually(() => near.destroyed);
      const context = await (serverSide ? serverContext() : clientContext());
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
