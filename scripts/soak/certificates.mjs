// Makes the certificates of test/helpers/soak-cycles.mjs with the openssl program.
import fs from 'node:fs';
import path from 'node:path';
import { capture } from '../lib/process.mjs';
import { UserError } from '../lib/user-error.mjs';

function openssl(folder, args) {
  const { ok, stderr } = capture('openssl', args, { cwd: folder });
  if (!ok)
    throw new UserError(`openssl ${args[0]} failed, which makes the certificates: ${stderr}`);
}

/** Makes an authority, a certificate of it, and a self-signed one for the same key. */
export function makeCertificates(folder) {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const localhost = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const authority = ['-subj', '/CN=soak authority', '-keyout', 'ca.key', '-out', 'ca.pem'];
  openssl(folder, ['req', '-x509', '-days', '2', ...key, ...authority]);
  openssl(folder, ['req', ...key, ...localhost, '-keyout', 'key.pem', '-out', 'request.pem']);
  fs.writeFileSync(path.join(folder, 'extensions'), 'subjectAltName=DNS:localhost\n');
  const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
  const signed = ['-extfile', 'extensions', '-in', 'request.pem', '-out', 'cert.pem'];
  openssl(folder, ['x509', '-req', '-days', '2', ...signer, ...signed]);
  const own = ['-key', 'key.pem', ...localhost, '-out', 'stranger.pem'];
  openssl(folder, ['req', '-x509', '-days', '2', ...own]);
}
