// The text of `trust` for a root that does not vouch for new certificates. Only Windows has such roots, and Wine does not,
// so the text is tested without a store.
import path from 'node:path';

import { describe, expect, it, vi } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import packageJson from '../../package.json' with { type: 'json' };
import { decoded } from '../helpers/decoded.js';
import { testPki } from '../helpers/test-pki.js';

// The package does not export them. There is no addon next to lib/, and only the bundle has the version.
vi.stubGlobal('HERMETIC_SSL_VERSION', packageJson.version);
process.env['HERMETIC_SSL_BINARY'] ??= path.resolve('build', 'Release', 'hermetic_ssl.node');
const { explain } = await import('../../lib/cli/trust/explain.js');
const { describePurposes } = await import('../../lib/cli/trust/names.js');

const END = Date.UTC(2026, 4, 1) / 1000;
const REJECTED = 28;

async function endedRoot(purposes: ssl.TrustPurposes) {
  const { certDer: der } = (await testPki()).root;
  const { subject = [], issuer = [], notBefore = '', notAfter = '' } = decoded(der);
  const source = 'Windows: ROOT, local machine';
  const said = { trustedFor: 'all', distrustedFor: [], distrustedAfter: { time: END, purposes } } as const;
  return { der, subject, issuer, serialNumber: '01', notBefore, notAfter, source, isAnchor: true, ...said };
} // prettier-ignore

describe('a root with an end', () => {
  it('is listed with the last day and what it is the last day for', async () => {
    expect(describePurposes(await endedRoot('all'))).toBe('all, all until 2026-05-01');
    const server = await endedRoot([ssl.Purpose.SERVER_AUTH.oid]);
    expect(describePurposes(server)).toBe('all, server until 2026-05-01');
  });

  it('is not why a chain is rejected when it ends for something else', async () => {
    const root = { ...(await endedRoot([ssl.Purpose.CLIENT_AUTH.oid])), trustedFor: [] };
    const [first] = [{ der: root.der, certificate: decoded(root.der) }];
    const verdict = { code: REJECTED, message: '', depth: 0, chain: [first], presented: [first] };
    expect(explain(verdict as never, [root])).toContain(
      'is not trusted for servers by Windows: ROOT',
    );
  });

  it('is why a chain is rejected', async () => {
    const root = await endedRoot('all');
    const leaf = { ...decoded(root.der), notBefore: 'Jun  3 12:00:00 2026 GMT' };
    const first = { der: Buffer.from('leaf'), certificate: leaf };
    const chain = [first, { der: root.der, certificate: decoded(root.der) }];
    const verdict = { code: REJECTED, message: '', depth: 1, chain, presented: [first] };
    expect(explain(verdict as never, [root])).toBe(
      '"CN=test root, O=hermetic-ssl tests" of Windows: ROOT, local machine vouches only for certificates issued until ' +
        '2026-05-01. This one was issued on 2026-06-03.',
    );
  });
});
