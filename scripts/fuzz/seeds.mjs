// Makes the inputs that fuzzing begins with: the target's own, and files of the openssl program. They are not stored in
// the repository.
import fs from 'node:fs';
import path from 'node:path';
import { capture } from '../lib/process.mjs';
import { findOnPath } from '../lib/tools.mjs';
import { UserError } from '../lib/user-error.mjs';
import { runInto } from './run.mjs';

const PASSWORD = 'pass:secret';
const LEGACY = ['-provider', 'legacy', '-provider', 'default'];

/** Runs the openssl program in its own folder; a failure produces no seed, since versions differ in their features. */
class Openssl {
  constructor(folder) {
    this.folder = folder;
  }

  /** Returns the bytes of the file that the command writes, or null. */
  make(args) {
    const output = path.join(this.folder, 'output');
    fs.rmSync(output, { force: true });
    const { ok } = capture('openssl', [...args, '-out', output], { cwd: this.folder });
    return ok && fs.existsSync(output) ? fs.readFileSync(output) : null;
  }

  /** Keeps the file under a name for later commands; returns null if it could not be made. */
  keep(name, args) {
    const bytes = this.make(args);
    if (bytes) fs.writeFileSync(path.join(this.folder, name), bytes);
    return bytes;
  }
}

const KEYS = {
  ec: ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  rsa: ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'],
  ed25519: ['genpkey', '-algorithm', 'ED25519'],
  dsa: ['genpkey', '-genparam', '-algorithm', 'DSA', '-pkeyopt', 'dsa_paramgen_bits:1024'],
};

/** Makes keys, and a certificate of each with many extensions. */
function prepare(openssl) {
  for (const [name, args] of Object.entries(KEYS)) openssl.keep(`${name}.key`, args);
  const names =
    'DNS:localhost,DNS:*.example.org,IP:127.0.0.1,IP:::1,email:a@example.org,URI:http://example.org/';
  const extensions = [
    `subjectAltName=${names},RID:1.2.3.4,otherName:1.2.3.4;UTF8:text,dirName:dir_sect`,
    'keyUsage=critical,digitalSignature,keyCertSign,cRLSign',
    'extendedKeyUsage=serverAuth,clientAuth',
    'certificatePolicies=1.2.3.4',
    'nameConstraints=permitted;DNS:example.org,excluded;email:example.com',
    'crlDistributionPoints=URI:http://example.org/list.crl',
    'authorityInfoAccess=OCSP;URI:http://example.org/,caIssuers;URI:http://example.org/ca.der',
    'tlsfeature=status_request',
  ].map((line) => line.replace(',dirName:dir_sect', ''));
  for (const name of ['ec', 'rsa', 'ed25519']) {
    openssl.keep(`${name}.pem`, [
      ...['req', '-x509', '-new', '-key', `${name}.key`, '-days', '30'],
      ...['-subj', '/C=XY/O=fuzz/CN=localhost'],
      ...extensions.flatMap((extension) => ['-addext', extension]),
    ]);
  }
}

const ENCRYPTIONS = [
  ['-v2', 'aes-128-cbc', '-iter', '1'],
  ['-v2', 'des3', '-iter', '1'],
  ['-v1', 'PBE-SHA1-3DES', '-iter', '1'],
  ['-v1', 'PBE-SHA1-RC2-40', '-iter', '1', ...LEGACY],
  ['-scrypt', '-scrypt_N', '16'],
];

function* privateKeys(openssl) {
  for (const name of ['ec', 'rsa', 'ed25519']) {
    for (const form of ['PEM', 'DER']) {
      yield [4, openssl.make(['pkey', '-in', `${name}.key`, '-outform', form])];
      for (const encryption of ENCRYPTIONS) {
        const args = ['pkcs8', '-topk8', '-in', `${name}.key`, '-outform', form];
        yield [7, openssl.make([...args, '-passout', PASSWORD, ...encryption])];
      }
    }
    yield [4, openssl.make(['pkey', '-traditional', '-in', `${name}.key`])];
    yield [4, openssl.make(['pkey', '-traditional', '-in', `${name}.key`, '-outform', 'DER'])];
  }
  const old = ['rsa', '-traditional', '-in', 'rsa.key', '-passout', PASSWORD];
  yield [7, openssl.make([...old, '-aes128'])];
  yield [7, openssl.make([...old, '-des', ...LEGACY])];
}

function* pkcs12Files(openssl) {
  const ways = [
    ['-nomac', '-keypbe', 'NONE', '-certpbe', 'NONE'],
    ['-nomac', '-noiter'],
    ['-noiter', '-nomaciter'],
    ['-noiter', '-nomaciter', '-legacy'],
    ['-noiter', '-nomaciter', '-name', 'a name', '-certfile', 'rsa.pem'],
  ];
  for (const name of ['ec', 'rsa']) {
    for (const way of ways) {
      const args = ['pkcs12', '-export', '-inkey', `${name}.key`, '-in', `${name}.pem`];
      yield [3, openssl.make([...args, '-passout', PASSWORD, ...way])];
      yield [1, openssl.make([...args, '-passout', 'pass:', ...way])];
    }
  }
}

function* certificates(openssl) {
  for (const name of ['ec', 'rsa', 'ed25519']) {
    for (const form of ['PEM', 'DER']) {
      const args = ['-certfile', `${name}.pem`, '-outform', form];
      for (const choice of [0, 1]) {
        yield [choice, openssl.make(['x509', '-in', `${name}.pem`, '-outform', form])];
        yield [choice, openssl.make(['crl2pkcs7', '-nocrl', ...args])];
      }
    }
    yield [0, openssl.make(['x509', '-text', '-in', `${name}.pem`])];
  }
}

function* bundles(openssl) {
  const settings = [
    ['-addtrust', 'serverAuth'],
    ['-addtrust', 'serverAuth', '-addtrust', 'emailProtection', '-setalias', 'an alias'],
    ['-addreject', 'serverAuth', '-addreject', 'anyExtendedKeyUsage'],
    ['-clrtrust', '-clrreject'],
  ];
  for (const name of ['ec', 'rsa', 'ed25519']) {
    const blocks = settings.map((args) =>
      openssl.make(['x509', '-in', `${name}.pem`, '-trustout', ...args]),
    );
    for (const choice of [0, 1, 4]) yield* blocks.map((block) => [choice, block]);
    const plain = openssl.make(['x509', '-in', `${name}.pem`]);
    const list = openssl.make(['x509', '-in', `${name}.pem`, '-text']);
    yield [1, Buffer.concat([plain, ...blocks, list].filter(Boolean))];
  }
}

/** Lists by `openssl ca`, which keeps an index of revoked certificates. */
function* revocationLists(openssl) {
  const at = (name) => path.join(openssl.folder, name);
  const config = [
    ...['[ca]', 'default_ca=own', '[own]', 'database=index', 'default_md=sha256', 'crlnumber=number'],
    ...['default_crl_days=30', 'crl_extensions=ext', '[ext]', 'authorityKeyIdentifier=keyid'],
    'issuingDistributionPoint=critical,@idp',
    '[idp]',
    'fullname=URI:http://example.org/list.crl',
  ]; // prettier-ignore
  const revoked = ['keyCompromise', 'CACompromise', 'superseded'].map(
    (reason, i) => `R\t490101000000Z\t240101000000Z,${reason}\t0${i + 1}\tunknown\t/CN=revoked`,
  );
  fs.writeFileSync(at('config'), `${config.join('\n')}\n`);
  fs.writeFileSync(at('config-plain'), `${config.slice(0, 7).join('\n')}\n`);
  fs.writeFileSync(at('number'), '01\n');
  for (const lines of [[], revoked]) {
    fs.writeFileSync(at('index'), lines.map((line) => `${line}\n`).join(''));
    for (const file of ['config', 'config-plain']) {
      const args = ['ca', '-gencrl', '-config', file, '-keyfile', 'ec.key', '-cert', 'ec.pem'];
      if (!openssl.keep('list.pem', args)) continue;
      yield [0, openssl.make(['crl', '-in', 'list.pem'])];
      yield [1, openssl.make(['crl', '-in', 'list.pem', '-outform', 'DER'])];
    }
  }
}

const FILES = {
  private_key: privateKeys,
  pkcs12: pkcs12Files,
  certificates,
  trust_bundle: bundles,
  revocation_list: revocationLists,
};

/** Returns whether the seeds are newer than the code that makes them. */
function areCurrent(marker, makers) {
  const made = fs.statSync(marker, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return makers.every((file) => fs.statSync(file).mtimeMs < made);
}

/**
 * Fills a target's folder of seeds, unless it is up to date.
 * @param {string} name
 * @param {string} program the program that writes the target's own seeds
 * @param {string} folder
 */
export async function makeSeeds(name, program, folder) {
  const marker = `${folder}-made`;
  if (areCurrent(marker, [program, import.meta.filename])) return;
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder);
  const log = `${folder}-log`;
  const code = await runInto(log, [program], { ...process.env, HERMETIC_FUZZ_SEEDS: folder });
  if (code !== 0) throw new UserError(`${program} cannot make its seeds; see ${log}`);
  if (FILES[name] && findOnPath('openssl')) writeFiles(FILES[name], folder);
  fs.writeFileSync(marker, '');
}

function writeFiles(make, folder) {
  const work = fs.mkdtempSync(`${folder}-work-`);
  try {
    const openssl = new Openssl(work);
    prepare(openssl);
    let number = 0;
    for (const [choice, bytes] of make(openssl)) {
      if (!bytes) continue;
      const file = path.join(folder, `file-${(number += 1)}`);
      fs.writeFileSync(file, Buffer.concat([Buffer.from([choice]), bytes]));
    }
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}
