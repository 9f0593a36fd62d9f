// Chains that the security level of a context refuses: the error names the certificate and what is weak, and the way out
// that it names works.
import { afterAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import {
  createAuthority,
  createSelfSigned,
  type IssuedCertificate,
} from '../../../helpers/certificates.js';
import { clientContext } from '../../../helpers/contexts.js';
import { sslError } from '../../../helpers/expected-errors.js';
import { connectedPair } from '../../../helpers/make-pair.js';
import { makePfx } from '../../../helpers/openssl-files.js';
import { skipUnless } from '../../../helpers/peers.js';
import { TempDirectory } from '../../../helpers/temp.js';

const folder = await TempDirectory.create();
afterAll(() => folder.close());

const NAMES = { commonName: 'localhost', dns: ['localhost'] };
const strong = await createAuthority({ name: 'strong root' });
const signsSha1 = await createAuthority({ name: 'old root', key: 'rsa2048-sha1' });
const below = await createAuthority({ name: 'old intermediate', parent: signsSha1 });
const small = await createAuthority({ name: 'small intermediate', parent: strong, key: 'rsa1024' });

interface Case {
  readonly name: string;
  readonly leaf: IssuedCertificate;
  readonly rootPem: string;
  readonly level?: number;
  readonly reason: string;
  /** Of the certificate that is refused: its number, and what is wrong with it. */
  readonly says: RegExp;
  readonly lowered: number;
}

/** OpenSSL 4 leaves the signatures of a chain that is loaded to those who verify it. */
const JUDGES_SIGNATURES = ssl.OPENSSL_VERSION_INFO[0] < 4;

const CASES: readonly Case[] = [
  {
    name: 'an intermediate signed with SHA-1',
    leaf: await below.issue(NAMES),
    rootPem: signsSha1.certPem,
    reason: 'CA_MD_TOO_WEAK',
    says: /number 2, certificate of .*CN = old intermediate, issued by .*CN = old root, is signed with SHA-1, .* level 2/,
    lowered: 0,
  },
  {
    name: 'a leaf signed with SHA-1',
    leaf: await signsSha1.issue(NAMES),
    rootPem: signsSha1.certPem,
    reason: 'CA_MD_TOO_WEAK',
    says: /number 1, certificate of .*localhost, issued by .*CN = old root, is signed with SHA-1, .* level 2/,
    lowered: 0,
  },
  {
    name: 'a leaf with a small key',
    leaf: await strong.issue({ ...NAMES, key: 'rsa1024' }),
    rootPem: strong.certPem,
    reason: 'EE_KEY_TOO_SMALL',
    says: /number 1, certificate of .*localhost.* has a key \(RSA\) of 1024 bits, .* level 2/,
    lowered: 1,
  },
  {
    name: 'an intermediate with a small key',
    leaf: await small.issue(NAMES),
    rootPem: strong.certPem,
    reason: 'CA_KEY_TOO_SMALL',
    says: /number 2, certificate of .*small intermediate.* has a key \(RSA\) of 1024 bits, .* level 2/,
    lowered: 1,
  },
  {
    name: 'more than one weakness, by the weakest',
    leaf: await (
      await createAuthority({ name: 'both', parent: signsSha1, key: 'rsa1024' })
    ).issue({ ...NAMES, key: 'rsa1024' }),
    rootPem: signsSha1.certPem,
    reason: 'EE_KEY_TOO_SMALL',
    says: /number 1, certificate of .*localhost.* of 1024 bits/,
    lowered: JUDGES_SIGNATURES ? 0 : 1,
  },
  {
    name: 'a key that a higher level refuses',
    leaf: await strong.issue({ ...NAMES, key: 'rsa2048' }),
    rootPem: strong.certPem,
    level: 3,
    reason: 'EE_KEY_TOO_SMALL',
    says: /number 1, .* of 2048 bits, which is too weak for security level 3/,
    lowered: 2,
  },
  {
    name: 'an elliptic key that a higher level refuses',
    leaf: await strong.issue({ ...NAMES, key: 'ecdsa-p256' }),
    rootPem: strong.certPem,
    level: 4,
    reason: 'EE_KEY_TOO_SMALL',
    says: /number 1, .* has a key \(EC\) of 256 bits, .* security level 4/,
    lowered: 3,
  },
];

function server(level: number | undefined): ssl.SSLContext {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
  if (level !== undefined) context.setCiphers(`DEFAULT:@SECLEVEL=${level}`);
  return context;
}

function messageOf(act: () => void): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

/** Does what the message says. */
function follow(message: string, context: ssl.SSLContext): void {
  const [, list = ''] = /context\.setCiphers\('([^']+)'\)/.exec(message) ?? [];
  context.setCiphers(list);
}

const REFUSED = CASES.filter(({ reason }) => JUDGES_SIGNATURES || reason !== 'CA_MD_TOO_WEAK');

describe.skipIf(JUDGES_SIGNATURES)('a chain signed with SHA-1, in OpenSSL 4', () => {
  it('is taken', () => {
    const taken = CASES.filter((one) => !REFUSED.includes(one));
    expect(taken).toHaveLength(2);
    for (const { leaf } of taken)
      server(2).loadCertChain({ cert: leaf.chainPem, key: leaf.keyPem });
  });
});

describe.each(REFUSED)('a chain with $name', ({ leaf, rootPem, level, reason, says, lowered }) => {
  const { chainPem: cert, keyPem: key } = leaf;

  it('is refused by name, and taken once the level is lowered as the error says', () => {
    const context = server(level);
    expect(() => context.loadCertChain({ cert, key })).toThrow(sslError(reason));
    const message = messageOf(() => context.loadCertChain({ cert, key }));
    expect(message).toMatch(says);
    expect(message).toContain(`context.setCiphers('DEFAULT:@SECLEVEL=${lowered}')`);
    expect(message).toContain('cert cannot be used');
    follow(message, context);
    context.loadCertChain({ cert, key });
    const client = clientContext(rootPem, (made) => made.setCiphers('DEFAULT:@SECLEVEL=0'));
    const pair = connectedPair({ client, server: context });
    expect(pair.client.getpeercert({ binaryForm: true })).toEqual(leaf.certDer);
  });

  it('is refused by replaceCertChains in the same words', () => {
    const context = server(level);
    const message = messageOf(() => context.replaceCertChains([{ cert, key }]));
    expect(message).toMatch(says);
    expect(message).toContain('chains[0].cert cannot be used');
    follow(message, context);
    context.replaceCertChains([{ cert, key }]);
  });

  it('is refused in files and PKCS#12 in the same words', async (test) => {
    const [certfile, keyfile] = [await folder.write('cert', cert), await folder.write('key', key)];
    const files = messageOf(() => server(level).loadCertChain(certfile, keyfile));
    expect(files).toContain(`certfile '${certfile}' cannot be used`);
    expect(files).toMatch(says);
    skipUnless(test, 'openssl');
    const pfx = await makePfx(folder, cert + key);
    expect(messageOf(() => server(level).loadCertChain({ pfx }))).toMatch(says);
  });
});

describe('a certificate that signs itself', () => {
  it('is not refused for its signature, which proves nothing', async () => {
    const own = await createSelfSigned({ ...NAMES, key: 'rsa2048-sha1' });
    const context = server(2);
    context.loadCertChain({ cert: own.certPem, key: own.keyPem });
    const leaf = await strong.issue(NAMES);
    context.loadCertChain({ cert: leaf.certPem + signsSha1.certPem, key: leaf.keyPem });
  });
});
