// Certificates and keys may be anything: the answer is a chain in use or a typed error, and the process lives on. So that a
// crash is a failed test, and no more, all of it runs in a child.
import { createPrivateKey } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import { afterAll, describe, expect, it } from 'vitest';

import { Child } from '../../../helpers/child.js';
import {
  encryptKey,
  makePfx,
  makePkcs7,
  openssl,
  WITH_LEGACY,
} from '../../../helpers/openssl-files.js';
import { skipUnless } from '../../../helpers/peers.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { limit } from '../../../helpers/time-limit.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost, localhostRsa, localhostBelowIntermediate } = await testPki();
const PASSWORD = 'the secret';
const folder = await TempDirectory.create();
afterAll(() => folder.close());

/** Another seed, or more rounds, for a longer search: HERMETIC_TEST_SEED=7 HERMETIC_FUZZ_ROUNDS=100000. */
const SEED = process.env['HERMETIC_TEST_SEED'] ?? '2026';
const ROUNDS = process.env['HERMETIC_FUZZ_ROUNDS'] ?? '1500';

const base64 = (files: Record<string, Buffer>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name, bytes.toString('base64')]),
  );

/** Few iterations: what is searched are decoders. */
async function pfxFiles(): Promise<Record<string, Buffer>> {
  const { keyPem, chainPem } = localhostBelowIntermediate;
  const make = (...args: string[]): Promise<Buffer> =>
    makePfx(folder, keyPem + chainPem, {
      password: PASSWORD,
      args: ['-noiter', '-nomaciter', ...args],
    });
  return {
    usual: await make(),
    legacy: await make('-legacy'),
    withoutMac: await make('-nomac'),
    // Every change reaches the bags.
    clear: await make('-nomac', '-keypbe', 'NONE', '-certpbe', 'NONE', '-name', 'ä name'),
    clearCertificates: await make('-nomac', '-certpbe', 'NONE'),
  };
}

function keyFiles(): Record<string, Buffer> {
  const { keyPem } = localhost;
  const rsa = createPrivateKey(localhostRsa.keyPem);
  const iterations = ['-iter', '1'];
  const encrypt = (args: readonly string[]) =>
    encryptKey(keyPem, PASSWORD, [...args, ...iterations, ...WITH_LEGACY], 'DER');
  return {
    pkcs8: createPrivateKey(keyPem).export({ type: 'pkcs8', format: 'der' }),
    sec1: createPrivateKey(keyPem).export({ type: 'sec1', format: 'der' }),
    pkcs1: rsa.export({ type: 'pkcs1', format: 'der' }),
    pbes2: encrypt(['-v2', 'aes-128-cbc']),
    pbes1: encrypt(['-v1', 'PBE-SHA1-3DES']),
    legacy: encrypt(['-v1', 'PBE-SHA1-RC2-40']),
    rc2: encrypt(['-v2', 'rc2-cbc']),
    scrypt: encryptKey(keyPem, PASSWORD, ['-scrypt', '-scrypt_N', '16'], 'DER'),
    pem: Buffer.from(keyPem),
    oldPem: openssl(
      ['rsa', '-traditional', '-des', '-passout', `pass:${PASSWORD}`, ...WITH_LEGACY],
      localhostRsa.keyPem,
    ),
  };
}

describe('Certificates and keys that are changed', { timeout: limit(250_000) }, () => {
  it('are taken or refused, whatever they are', async (test) => {
    skipUnless(test, 'openssl');
    const input = await folder.write(
      'input.json',
      JSON.stringify({
        certPem: localhost.certPem,
        keyPem: localhost.keyPem,
        password: PASSWORD,
        pfx: base64(await pfxFiles()),
        keys: base64(keyFiles()),
        certificates: base64({
          der: localhost.certDer,
          pkcs7: await makePkcs7(folder, localhostBelowIntermediate.chainPem, 'DER'),
        }),
      }),
    );
    const file = fileURLToPath(new URL('../../children/key-fuzz.mjs', import.meta.url));
    const child = Child.start(process.execPath, [file, input, SEED, ROUNDS]);
    const status = await child.finish(240_000);
    expect({ ...status, stderr: child.stderr }).toEqual({ code: 0, signal: null, stderr: '' });
    const { taken = 0, refused = 0 } = JSON.parse(child.stdout) as Record<string, number>;
    expect(taken).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(1000);
  });
});
