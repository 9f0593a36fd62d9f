// Makes a self-signed certificate for the benchmark's servers in each run: ECDSA on P-256 or RSA, for localhost.
import { generateKeyPairSync, sign } from 'node:crypto';

function der(tag, ...parts) {
  const body = Buffer.concat(parts);
  if (body.length < 128) return Buffer.concat([Buffer.of(tag, body.length), body]);
  if (body.length < 256) return Buffer.concat([Buffer.of(tag, 0x81, body.length), body]);
  return Buffer.concat([Buffer.of(tag, 0x82, body.length >> 8, body.length & 0xff), body]);
}

const sequence = (...parts) => der(0x30, ...parts);
const oid = (hex) => der(0x06, Buffer.from(hex, 'hex'));

const SIGNATURES = {
  ec: sequence(oid('2a8648ce3d040302')), // ecdsa-with-SHA256
  rsa: sequence(oid('2a864886f70d01010b'), der(0x05)), // sha256WithRSAEncryption
};
const OPTIONS = { ec: { namedCurve: 'P-256' }, rsa: { modulusLength: 2048 } };
const COMMON_NAME = oid('550403');
const SUBJECT_ALT_NAME = oid('551d11');
const DNS_NAME = 0x82;
const EXTENSIONS = der(
  0xa3,
  sequence(
    sequence(SUBJECT_ALT_NAME, der(0x04, sequence(der(DNS_NAME, Buffer.from('localhost'))))),
  ),
);

function utcTime(date) {
  const digits = date.toISOString().replace(/\D/g, '').slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}

function pem(label, bytes) {
  const lines = bytes
    .toString('base64')
    .match(/.{1,64}/g)
    .join('\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/**
 * @param {'ec' | 'rsa'} kind of the key
 * @returns {{ cert: string, key: string }} in PEM
 */
export function makeCertificate(kind = 'ec') {
  const { publicKey, privateKey } = generateKeyPairSync(kind, OPTIONS[kind]);
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from('localhost')))));
  const day = 24 * 60 * 60 * 1000;
  const validity = sequence(
    utcTime(new Date(Date.now() - day)),
    utcTime(new Date(Date.now() + day)),
  );
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const [version, serial] = [der(0xa0, der(0x02, Buffer.of(2))), der(0x02, Buffer.of(1))];
  const body = sequence(version, serial, SIGNATURES[kind], name, validity, name, spki, EXTENSIONS);
  const signature = der(0x03, Buffer.of(0), sign('sha256', body, privateKey));
  return {
    cert: pem('CERTIFICATE', sequence(body, SIGNATURES[kind], signature)),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
}
