/** Key files as other programs make them, and several kinds of keys in one context, among which other clients choose. */
import '../helpers/reflect-metadata.js';

import { spawnSync } from 'node:child_process';

import * as x509 from '@peculiar/x509';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import * as ssl from 'hermetic-ssl/ssl';

import type { IssuedCertificate } from '../helpers/certificates.js';
import { clientContext, tls13 } from '../helpers/contexts.js';
import type { KeyKind, KeyPair } from '../helpers/keys.js';
import { connectedPair } from '../helpers/make-pair.js';
import { connectOpenssl } from '../helpers/openssl-cli.js';
import { makePfx } from '../helpers/openssl-files.js';
import { cleanEnv, peerPath, skipUnless } from '../helpers/peers.js';
import { seenByNode } from '../helpers/seen-by-node.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';
import { thePython } from './support/sides.js';

const pki = await testPki();
const { localhost, localhostBelowIntermediate, caPem } = pki;
const issue = (commonName: string, key: KeyKind): Promise<IssuedCertificate> =>
  pki.root.issue({ commonName, dns: ['localhost'], key, keyLabel: 'localhost' });
const withRsa = await issue('with RSA', 'rsa2048');
const withEcdsa = await issue('with ECDSA', 'ecdsa-p256');
const withEd25519 = await issue('with Ed25519', 'ed25519');
const PASSWORD = 'the password';

const folder = await TempDirectory.create();
afterAll(() => folder.close());

const server = (...chains: ssl.CertChain[]): ssl.SSLContext => {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
  for (const chain of chains) context.loadCertChain(chain);
  return context;
};
const chainOf = ({ chainPem, keyPem }: IssuedCertificate): ssl.CertChainInMemory => ({
  cert: chainPem,
  key: keyPem,
});

describe('Java', () => {
  let count = 0;
  /** Runs keytool on a new keystore, once for each list of arguments, and gives the keystore. */
  function keystore(...runs: (readonly string[])[]): string {
    const file = folder.join(`keystore-${(count += 1)}`);
    const store = ['-storetype', 'PKCS12', '-keystore', file, '-storepass', PASSWORD, '-noprompt'];
    for (const args of runs) {
      const run = spawnSync(peerPath('keytool'), [...args, ...store], {
        env: cleanEnv(),
        encoding: 'utf8',
        timeout: 60_000,
      });
      if (run.status !== 0) throw new Error(`keytool ${args.join(' ')}: ${run.stdout}`);
    }
    return file;
  }
  const generate = (alias: string, ...args: string[]): string[] => {
    const names = ['-dname', `CN=${alias}`, '-ext', 'san=dns:localhost', '-validity', '30'];
    return ['-genkeypair', '-alias', alias, ...names, ...args];
  };
  const RSA = ['-keyalg', 'RSA', '-keysize', '2048'];
  const EC = ['-keyalg', 'EC', '-groupname', 'secp256r1'];
  const certificateOf = (file: string, alias: string): string => {
    const args = [
      '-exportcert',
      '-rfc',
      '-alias',
      alias,
      '-keystore',
      file,
      '-storepass',
      PASSWORD,
    ];
    return spawnSync(peerPath('keytool'), args, { env: cleanEnv(), encoding: 'utf8' }).stdout;
  };

  it.for([
    ['RSA', RSA],
    ['EC', EC],
  ] as const)(
    'makes keystores that are loaded, %s',
    { timeout: 60_000 },
    async ([, kind], test) => {
      skipUnless(test, 'keytool');
      const certfile = keystore(generate('java', ...kind));
      const ca = certificateOf(certfile, 'java');
      const { leaf } = await seenByNode(server({ certfile, password: PASSWORD }), { ca });
      expect(leaf).toEqual(ssl.pemCertToDerCert(ca));
    },
  );

  it('made them with RC2 in older versions', { timeout: 60_000 }, async (test) => {
    skipUnless(test, 'keytool');
    const certfile = keystore([...generate('java', ...RSA), '-J-Dkeystore.pkcs12.legacy']);
    const ca = certificateOf(certfile, 'java');
    const chain = { certfile, password: PASSWORD };
    expect(() => server(chain)).toThrow('pass legacy: true');
    const { leaf } = await seenByNode(server({ ...chain, legacy: true }), { ca });
    expect(leaf).toEqual(ssl.pemCertToDerCert(ca));
  });

  it('puts certificates into the file of the key', { timeout: 60_000 }, async (test) => {
    skipUnless(test, 'keytool');
    const file = await folder.write('ca.pem', caPem);
    const trust = ['-importcert', '-alias', 'a trusted one', '-file', file];
    const certfile = keystore(trust, generate('java', ...EC));
    const ca = certificateOf(certfile, 'java');
    const { leaf } = await seenByNode(server({ certfile, password: PASSWORD }), { ca });
    expect(leaf).toEqual(ssl.pemCertToDerCert(ca));
  });

  it('puts several keys into one file, and no key is chosen', { timeout: 60_000 }, (test) => {
    skipUnless(test, 'keytool');
    const certfile = keystore(generate('first', ...EC), generate('second', ...EC));
    expect(() => server({ certfile, password: PASSWORD })).toThrow(
      /holds several keys with certificates: .*first.*; .*second.*; export only the one that you need/,
    );
    const onlyTrust = keystore(generate('first', ...EC), ['-delete', '-alias', 'first']);
    expect(() => server({ certfile: onlyTrust, password: PASSWORD })).toThrow('no private key');
  });
});

/** Skips unless python3 has the module `cryptography` and can run the snippet. */
async function fromCryptography<T>(test: TestContext, source: string, input: unknown): Promise<T> {
  skipUnless(test, 'python3');
  const python = await thePython();
  const probe =
    'def main(_):\n try:\n  import cryptography\n  return True\n except ImportError:\n  return False';
  if (!(await python.run<boolean>(probe))) test.skip("needs Python's module cryptography");
  return python.run<T>(source, input);
}

const SERIALIZE = `
def main(input):
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.serialization import pkcs12
    from cryptography import x509
    certs = x509.load_pem_x509_certificates(input["chainPem"].encode())
    key = serialization.load_pem_private_key(input["keyPem"].encode(), None)
    password = input["password"].encode()
    builder = serialization.PrivateFormat.PKCS12.encryption_builder()
    pbes = {
        "best": serialization.BestAvailableEncryption(password),
        "none": serialization.NoEncryption(),
        "pbes1": builder.kdf_rounds(1000)
            .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
            .hmac_hash(hashes.SHA1()).build(password),
        "pbes2": builder.kdf_rounds(1000)
            .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
            .hmac_hash(hashes.SHA512()).build(password),
    }
    return pkcs12.serialize_key_and_certificates(
        b"a name", key, certs[0], certs[1:], pbes[input["encryption"]])
`;

const GENERATE = `
def main(input):
    from cryptography.hazmat.primitives import serialization as s
    try:
        from cryptography.hazmat.primitives.asymmetric import mldsa
        key = getattr(mldsa, input + "PrivateKey").generate()
    except Exception:
        return None
    return {
        "key": key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()).decode(),
        "spki": key.public_key().public_bytes(s.Encoding.DER, s.PublicFormat.SubjectPublicKeyInfo),
    }
`;

describe("Python's cryptography", () => {
  it.for(['best', 'none', 'pbes1', 'pbes2'])(
    'makes PKCS#12 that is loaded, %s',
    async (encryption, test) => {
      const { chainPem, keyPem, certDer } = localhostBelowIntermediate;
      const input = { chainPem, keyPem, password: PASSWORD, encryption };
      const pfx = await fromCryptography<Buffer>(test, SERIALIZE, input);
      const password = encryption === 'none' ? null : PASSWORD;
      const { leaf } = await seenByNode(server({ pfx, password }), { ca: caPem });
      expect(leaf).toEqual(certDer);
    },
  );

  it.for(['MLDSA44', 'MLDSA65', 'MLDSA87'])(
    'makes keys of %s, which are shown',
    async (kind, test) => {
      type Made = { key: string; spki: Buffer } | null;
      const made = await fromCryptography<Made>(test, GENERATE, kind);
      if (made === null) return test.skip('needs a cryptography with ML-DSA');
      const publicKey = new x509.PublicKey(new Uint8Array(made.spki));
      const pair = { publicKey, keyPem: made.key } as unknown as KeyPair;
      const issued = await pki.root.issue({ dns: ['localhost'], key: pair });
      const keyDer = ssl.pemCertToDerCert(made.key.replaceAll('PRIVATE KEY', 'CERTIFICATE'));
      const client = clientContext(caPem, tls13);
      client.setServerSigalgs(kind.toLowerCase());
      for (const key of [made.key, keyDer]) {
        const context = server(chainOf(localhost), { cert: issued.certPem, key });
        const met = connectedPair({ client, server: context });
        expect(met.client.getpeercert({ binaryForm: true })).toEqual(issued.certDer);
        expect(met.client.serverSigalg()).toBe(kind.toLowerCase());
      }
      return undefined;
    },
  );
});

/** A server of this context, for as long as `use` takes. */
async function whileServing<T>(
  context: ssl.SSLContext,
  use: (port: number) => Promise<T>,
): Promise<T> {
  const listener = ssl.createServer({ context }, (socket) => {
    socket.on('error', () => undefined).end('bye');
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as { port: number };
  try {
    return await use(port);
  } finally {
    listener.close();
  }
}

describe('Several kinds of keys in one context', () => {
  const context = server(chainOf(withRsa), chainOf(withEcdsa), chainOf(withEd25519));
  // Ed25519 would do for the same cipher suites as ECDSA: the server's order decides.
  context.setServerSigalgs('rsa_pss_rsae_sha256:ecdsa_secp256r1_sha256:ed25519');

  it.for([
    ['ECDHE-RSA-AES128-GCM-SHA256', 'with RSA'],
    ['ECDHE-ECDSA-AES128-GCM-SHA256', 'with ECDSA'],
  ] as const)("are chosen by Python's cipher list %s", async ([ciphers, shown], test) => {
    skipUnless(test, 'python3');
    const python = await thePython();
    const seen = await whileServing(context, (port) =>
      python.connect({ port, ca: caPem, ciphers, maxVersion: 'TLSv1.2', read: 'end' }),
    );
    expect(seen).toMatchObject({ error: null, cipher: ciphers, peerCommonName: shown });
  });

  it.for([
    ['rsa_pss_rsae_sha256', 'with RSA'],
    ['ecdsa_secp256r1_sha256', 'with ECDSA'],
    ['ed25519', 'with Ed25519'],
  ] as const)('are chosen by the signature algorithms of openssl: %s', async (row, test) => {
    skipUnless(test, 'openssl');
    const [sigalgs, peerCommonName] = row;
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const extraArguments = ['-sigalgs', sigalgs];
      const facts = await whileServing(context, (port) =>
        connectOpenssl({ port, ca: caPem, maxVersion: version, extraArguments }),
      );
      expect(facts).toMatchObject({ error: null, version, verifyCode: 0, peerCommonName });
    }
  });
});

describe('Certificates that are swapped', () => {
  it('are seen by Python and openssl with their next connection', async (test) => {
    skipUnless(test, 'python3', 'openssl');
    const python = await thePython();
    const context = server(chainOf(withRsa), chainOf(withEcdsa));
    const pfx = await makePfx(folder, withEd25519.keyPem + withEd25519.certPem);
    await whileServing(context, async (port) => {
      const look = async (): Promise<(string | null)[]> => {
        const seen = await python.connect({ port, ca: caPem, read: 'end' });
        return [seen.peerCommonName, (await connectOpenssl({ port, ca: caPem })).peerCommonName];
      };
      expect(await look()).toEqual(['with ECDSA', 'with ECDSA']);
      context.replaceCertChains([{ pfx }]);
      expect(await look()).toEqual(['with Ed25519', 'with Ed25519']);
    });
  });
});
