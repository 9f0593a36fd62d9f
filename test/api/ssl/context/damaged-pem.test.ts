// Damaged and foreign input: every entry point says what is wrong with it, and each hint, followed to the letter, leads
// to input that is taken.
import { writeFileSync } from 'node:fs';

import { afterAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { DAMAGES, FOREIGN, follow } from '../../../helpers/damaged-pem.js';
import { FFDHE3072 } from '../../../helpers/dh-parameters.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';

type Content = string | Buffer;

const { root, localhost, localhostRsa, intermediate } = await testPki();
const { certPem, keyPem } = localhost;
const crl = await root.crl();
const folder = await TempDirectory.create();
afterAll(() => folder.close());

const server = (): ssl.SSLContext => new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
const client = (): ssl.SSLContext => new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);

let count = 0;
/** A file with this content, and a name that no message has by chance. */
function fileOf(content: Content): string {
  const file = folder.join(`input ${count++}`);
  writeFileSync(file, content);
  return file;
}

function messageOf(act: () => void): string {
  try {
    act();
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    expect((error as { code?: string }).code).toMatch(/^ERR_/);
    return (error as Error).message;
  }
}

interface EntryPoint {
  readonly pem: string;
  readonly load: (content: Content) => void;
  /** The name of the input in the message. */
  readonly called: string | RegExp;
}

const ENTRY_POINTS: Readonly<Record<string, EntryPoint>> = {
  'cert of loadCertChain': {
    pem: certPem,
    load: (cert) => server().loadCertChain({ cert, key: keyPem }),
    called: 'cert ',
  },
  'key of loadCertChain': {
    pem: keyPem,
    load: (key) => server().loadCertChain({ cert: certPem, key }),
    called: 'key ',
  },
  'certfile of loadCertChain': {
    pem: certPem,
    load: (content) => server().loadCertChain(fileOf(content), fileOf(keyPem)),
    called: /certfile '.*input \d+' /,
  },
  'keyfile of loadCertChain': {
    pem: localhostRsa.keyPem,
    load: (content) => server().loadCertChain(fileOf(localhostRsa.certPem), fileOf(content)),
    called: /keyfile '.*input \d+' /,
  },
  'a chain of replaceCertChains': {
    pem: certPem,
    load: (cert) => server().replaceCertChains([{ cert: [cert], key: keyPem }]),
    called: 'chains[0].cert[0] ',
  },
  'cafile of loadVerifyLocations': {
    pem: root.certPem,
    load: (content) => client().loadVerifyLocations({ cafile: fileOf(content) }),
    called: /cafile '.*input \d+' /,
  },
  'cadata of loadVerifyLocations': {
    pem: root.certPem,
    load: (cadata) => client().loadVerifyLocations({ cadata }),
    called: 'cadata ',
  },
  'a revocation list in an array of cadata': {
    pem: crl,
    load: (list) => client().loadVerifyLocations({ cadata: [root.certPem, list] }),
    called: 'cadata[1] ',
  },
  loadDhParams: {
    pem: FFDHE3072,
    load: (content) => server().loadDhParams(fileOf(content)),
    called: /path '.*input \d+' /,
  },
};
const EVERYWHERE = Object.entries(ENTRY_POINTS);

/** Without its BEGIN and END lines a DER is not what the parameters are read from. */
const NOT_FOR_DH = new Set(['base64 alone', 'base64 in one line', 'hexadecimal']);

describe.each(EVERYWHERE)('damage in %s', (entry, { pem, load, called }) => {
  it('is not in the text that is damaged here', () => {
    expect(messageOf(() => load(pem))).toBe('');
    expect(messageOf(() => load(Buffer.from(pem.replaceAll('\n', '\r\n'))))).toBe('');
    expect(messageOf(() => load(`\ufeff${pem}`))).toBe('');
  });

  it.each(DAMAGES)('is explained: $name', ({ damage, says }) => {
    const message = messageOf(() => load(damage(pem)));
    expect(message).toMatch(called);
    if (typeof says === 'string') expect(message).toContain(says);
    else expect(message).toMatch(says);
  });

  it.each(DAMAGES.filter(({ isUndone }) => isUndone))(
    'can be undone as the message says: $name',
    ({ name, damage }) => {
      if (entry === 'loadDhParams' && NOT_FOR_DH.has(name)) return;
      let content = damage(pem);
      for (let step = 0; step < 3; step++) {
        const message = messageOf(() => load(content));
        if (message === '') return;
        content = follow(message, content);
      }
      expect(messageOf(() => load(content))).toBe('');
    },
  );

  it.each(FOREIGN)('is explained for %s', (_name, content, says) => {
    if (content === '' && entry.includes('cadata')) return; // Python's own error, tested elsewhere
    const message = messageOf(() => load(content));
    expect(message).toMatch(called);
    expect(message).toContain(says);
  });

  it('never shows a part of what was given', () => {
    const secret = 'S3cretPassw0rdS3cretPassw0rdS3cretPassw0rdS3cretPassw0rdS3cretPw';
    for (const { damage } of DAMAGES) {
      const changed = damage(pem.replace(/\n.{64}\n/, `\n${secret}\n`));
      const message = messageOf(() => load(changed));
      expect(message).not.toContain(secret.slice(0, 12));
      expect(message).not.toContain('SECRETLABEL');
      for (const line of pem.split('\n').slice(1, -2)) expect(message).not.toContain(line);
    }
  });
});

describe('damage after a good block', () => {
  // Text without a block is allowed, since PEM may hold other text.
  const NOT_SEEN = new Set(['a quotation of mail', 'commented-out lines', 'base64 of PEM', 'base64 alone', 'base64 in one line', 'hexadecimal', 'URL encoding', 'an unknown label', 'dashes for hyphens', 'four hyphens', 'small letters', 'UTF-32', 'text after BEGIN']); // prettier-ignore
  const seen = DAMAGES.filter(({ name }) => !NOT_SEEN.has(name));
  const glue = (first: string, second: Content): Buffer =>
    Buffer.concat([Buffer.from(first), Buffer.from(second)]);

  it.each(seen)('is an error where it would be passed over in silence: $name', ({ damage }) => {
    const second = damage(intermediate.certPem);
    const both = glue(certPem, second);
    expect(messageOf(() => server().loadCertChain({ cert: both, key: keyPem }))).toMatch(
      /cert holds .*(block|END line|UTF-16)/,
    );
    const context = client();
    const trust = glue(root.certPem, second);
    expect(messageOf(() => context.loadVerifyLocations({ cadata: trust }))).toContain('cadata');
    expect(context.certStoreStats().x509).toBe(1);
    const cafile = fileOf(trust);
    const fresh = client();
    expect(messageOf(() => fresh.loadVerifyLocations({ cafile }))).toContain(cafile);
    expect(fresh.certStoreStats().x509).toBe(0);
  });

  it('names the number of the block, its line in the whole text, and what OpenSSL says', () => {
    const bad = intermediate.certPem.replace(/\n(.)/, '\n!$1');
    const lines = root.certPem.split('\n').length;
    const message = messageOf(() =>
      client().loadVerifyLocations({ cadata: `${root.certPem}\n${crl}${bad}` }),
    );
    expect(message).toContain('[PEM: BAD_BASE64_DECODE] bad base64 decode');
    expect(message).toContain('block 3');
    expect(message).toContain(`line ${lines + crl.split('\n').length + 1} has a character`);
  });

  it('names the field of a certificate that OpenSSL does not decode', () => {
    const der = Buffer.from(root.certDer);
    const time = der.indexOf(Buffer.from([0x17, 0x0d]));
    der[time + 2] = 0x41; // no digit of a time
    der[time] = 0x02; // nor a time at all
    const pem = ssl.derCertToPemCert(der);
    for (const act of [
      () => client().loadVerifyLocations({ cadata: root.certPem + pem }),
      () => client().loadVerifyLocations({ cafile: fileOf(root.certPem + pem) }),
      () => server().loadCertChain({ cert: certPem + pem, key: keyPem }),
    ])
      expect(messageOf(act)).toMatch(/a certificate that cannot be read \(block 2: .+\)/);
  });
});

describe('a private key among certificates', () => {
  it.each(DAMAGES.filter(({ name }) => name !== 'a character that is not base64').slice(0, 20))(
    'is explained when it is damaged: $name',
    ({ damage }) => {
      const both = Buffer.concat([Buffer.from(certPem), Buffer.from(damage(keyPem))]);
      expect(messageOf(() => server().loadCertChain({ cert: both }))).toMatch(
        /^\[.*\].*cert holds/,
      );
    },
  );
});

describe('ssl.pemCertToDerCert', () => {
  const der = localhost.certDer;

  it.each(DAMAGES)('explains: $name', ({ damage, isUndone }) => {
    const changed = damage(certPem);
    if (typeof changed !== 'string') return;
    let text = changed;
    for (let step = 0; step < 3; step++) {
      const message = messageOf(() => ssl.pemCertToDerCert(text));
      if (message === '') break;
      expect(message).toMatch(/^Invalid PEM encoding; .*: it /);
      if (isUndone !== true) return;
      const next = follow(message, text);
      // The hint may lead to DER, which is the goal.
      if (typeof next !== 'string' && next.equals(der)) return;
      text = String(next);
    }
    if (isUndone === true) expect(ssl.pemCertToDerCert(text)).toEqual(der);
  });

  it.each([
    ['text before it', `Subject: me\n${certPem}`],
    ['text behind it', `${certPem}\nme`],
    ['a byte order mark', `\ufeff${certPem}`],
  ])('says how to cut it out of %s', (_name, text) => {
    const message = messageOf(() => ssl.pemCertToDerCert(text));
    expect(ssl.pemCertToDerCert(String(follow(message, text)))).toEqual(der);
  });

  it('says that it takes one', () => {
    expect(messageOf(() => ssl.pemCertToDerCert(certPem + certPem))).toContain('2 certificates');
  });
});
