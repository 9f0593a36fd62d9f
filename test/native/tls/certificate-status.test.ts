// certificateAlgorithms compared with node:crypto, and ocspStatus with responses of the openssl program.
import { X509Certificate } from 'node:crypto';

import { beforeEach, describe, expect, it } from 'vitest';

import { createAuthority } from '../../helpers/certificates.js';
import { binding, isRecord, valueOf } from '../../helpers/native-pair.js';
import { ocspResponse, REVOKED_AT, type OcspOptions } from '../../helpers/ocsp.js';
import { skipUnless } from '../../helpers/peers.js';

const authority = await createAuthority({ name: 'status' });
const stranger = await createAuthority({ name: 'status' });
const leaf = await authority.issue({ commonName: 'leaf' });
const issuer = { ...authority.certificate, keyPem: authority.keyPem };
const DAY = 24 * 60 * 60;

describe('certificateAlgorithms', () => {
  it.each([
    ['rsa2048', 'RSA', ''],
    ['ecdsa-p256', 'EC', 'P-256'],
    ['ecdsa-p384', 'EC', 'P-384'],
    ['ed25519', 'ED25519', ''],
  ] as const)('knows a key of kind %s', async (key, keyType, keyGroup) => {
    const { certDer } = await authority.issue({ commonName: 'key', key });
    const found = valueOf(binding.certificateAlgorithms(certDer));
    expect(found).toMatchObject({ keyType, keyGroup, signature: 'ecdsa-with-SHA256' });
    const { modulusLength } = new X509Certificate(certDer).publicKey.asymmetricKeyDetails ?? {};
    if (modulusLength !== undefined) expect(found.keyBits).toBe(modulusLength);
  });

  it('names the algorithm of a key that OpenSSL cannot read', () => {
    const der = Buffer.from(leaf.certDer);
    const curve = Buffer.from('06082a8648ce3d030107', 'hex');
    der[der.indexOf(curve) + curve.length - 1] = 0x7f; // another curve, which does not exist
    expect(valueOf(binding.certificateAlgorithms(der))).toMatchObject({
      keyType: 'id-ecPublicKey',
      keyBits: 0,
    });
  });

  it('refuses other bytes than a certificate', () => {
    expect(isRecord(binding.certificateAlgorithms(Buffer.from('no')))).toBe(true);
  });
});

describe('ocspStatus', () => {
  beforeEach((context) => skipUnless(context, 'openssl'));

  const read = (response: Buffer, of = leaf) =>
    binding.ocspStatus(response, of.certDer, authority.certDer);
  const statusOf = async (options: Partial<OcspOptions> = {}) =>
    valueOf(read(await ocspResponse({ leaf, issuer, ...options })));

  it.each(['sha1', 'sha256'] as const)('knows a good certificate by %s', async (digest) => {
    const now = Date.now() / 1000;
    const status = await statusOf({ digest });
    expect(status).toMatchObject({ response: 0, status: 0, reason: null, revokedAt: null, isCurrent: true, isSigned: true }); // prettier-ignore
    expect(Math.abs((status.producedAt ?? 0) - now)).toBeLessThan(60);
    expect((status.nextUpdate ?? 0) - (status.thisUpdate ?? 0)).toBe(7 * DAY);
  });

  it('knows the time and the reason of a revocation', async () => {
    const found = await statusOf({ status: 'revoked', reason: 'keyCompromise' });
    expect(found).toMatchObject({ status: 1, reason: 1, revokedAt: Date.parse(REVOKED_AT) / 1000 });
    expect(await statusOf({ status: 'revoked' })).toMatchObject({ status: 1, reason: null });
  });

  it('knows a certificate that the responder does not know, and one that it is not about', async () => {
    expect(await statusOf({ status: 'unknown' })).toMatchObject({ status: 2 });
    const other = await authority.issue({ commonName: 'other' });
    expect(valueOf(read(await ocspResponse({ leaf, issuer }), other))).toMatchObject({
      status: null,
      isSigned: true,
    });
  });

  it('trusts a responder that the issuer certified for OCSP, and no other', async () => {
    const delegate = await authority.issue({ commonName: 'responder', eku: ['ocspSigning'] });
    expect(await statusOf({ signer: delegate })).toMatchObject({ status: 0, isSigned: true });
    const server = await authority.issue({ commonName: 'server' });
    expect(await statusOf({ signer: server })).toMatchObject({ status: 0, isSigned: false });
    const foreign = await stranger.issue({ commonName: 'responder', eku: ['ocspSigning'] });
    expect(await statusOf({ signer: foreign })).toMatchObject({ status: 0, isSigned: false });
    const namesake = { certPem: stranger.certPem, keyPem: stranger.keyPem };
    expect(await statusOf({ signer: namesake })).toMatchObject({ status: 0, isSigned: false });
  });

  it('sees that a response is over, and that its bytes were changed', async () => {
    const response = await ocspResponse({ leaf, issuer });
    const fresh = valueOf(read(response));
    const text = (seconds: number) => new Date(seconds * 1000).toISOString().replaceAll(/[-:T]|\.000/g, ''); // prettier-ignore
    const over = Buffer.from(response.toString('latin1').replace(text(fresh.nextUpdate ?? 0), text((fresh.thisUpdate ?? 0) - DAY)), 'latin1'); // prettier-ignore
    expect(valueOf(read(over))).toMatchObject({ status: 0, isCurrent: false, isSigned: false });
  });

  it('knows the errors of a responder', () => {
    const tryLater = Buffer.from('30030a0103', 'hex');
    expect(valueOf(read(tryLater))).toMatchObject({ response: 3, status: null, isSigned: false });
  });

  it('refuses other bytes', async () => {
    const response = await ocspResponse({ leaf, issuer });
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('no'),
      Buffer.concat([response, Buffer.from([0])]),
    ])
      // prettier-ignore
      expect(isRecord(read(bytes))).toBe(true);
    expect(isRecord(binding.ocspStatus(response, Buffer.from('no'), authority.certDer))).toBe(true);
    expect(isRecord(binding.ocspStatus(response, leaf.certDer, Buffer.from('no')))).toBe(true);
  });

  it('refuses every truncated response, and believes no changed one', async () => {
    const response = await ocspResponse({ leaf, issuer });
    const fresh = valueOf(read(response));
    for (let i = 0; i < response.length; i += 1) {
      expect(isRecord(read(response.subarray(0, i)))).toBe(true);
      const changed = Buffer.from(response);
      changed[i] = (changed[i] ?? 0) ^ 0x11;
      const found = read(changed);
      if (!isRecord(found) && found.isSigned) expect([i, found]).toEqual([i, fresh]); // outside of the signed part
    }
  });
});
