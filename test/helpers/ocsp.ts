/** OCSP responses of the openssl program, as a responder makes them. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import type { IssuedCertificate } from './certificates.js';
import { peerPath } from './peers.js';
import { TempDirectory } from './temp.js';

const run = promisify(execFile);

type Certificate = Pick<IssuedCertificate, 'certPem' | 'serialNumber'>;

export interface OcspOptions {
  readonly leaf: Certificate;
  readonly issuer: Certificate & { readonly keyPem: string };
  /** The responder; the issuer itself by default. */
  readonly signer?: Pick<IssuedCertificate, 'certPem' | 'keyPem'>;
  /** "unknown" is a certificate that the responder has not heard of. */
  readonly status?: 'good' | 'revoked' | 'unknown';
  readonly reason?: string;
  readonly digest?: 'sha1' | 'sha256';
}

const [ISSUED, REVOKED, UNTIL] = ['V', 'R', '490101000000Z'];
export const REVOKED_AT = '2026-01-02T03:04:05Z';
const revokedAt = REVOKED_AT.slice(2).replaceAll(/[-:T]/g, '');

/** A line of the index of `openssl ca`, which `openssl ocsp` reads. */
function indexOf({ leaf, status = 'good', reason }: OcspOptions): string {
  if (status === 'unknown') return '';
  const when =
    status === 'revoked' ? `${revokedAt}${reason === undefined ? '' : `,${reason}`}` : '';
  return [status === 'good' ? ISSUED : REVOKED, UNTIL, when, leaf.serialNumber, 'unknown', '/CN=x\n'].join('\t'); // prettier-ignore
}

/** Returns a response in DER, whose next update is in a week. */
export async function ocspResponse(options: OcspOptions): Promise<Buffer> {
  const { leaf, issuer, signer = issuer, digest = 'sha1' } = options;
  const folder = await TempDirectory.create();
  try {
    const file = (name: string, text: string): Promise<string> => folder.write(name, text);
    const args = {
      '-index': await file('index.txt', indexOf(options)),
      '-CA': await file('issuer.pem', issuer.certPem),
      '-issuer': folder.join('issuer.pem'),
      '-rsigner': await file('signer.pem', signer.certPem),
      '-rkey': await file('signer-key.pem', signer.keyPem),
      '-respout': folder.join('response.der'),
      '-ndays': '7',
    };
    const pairs = Object.entries(args).flat();
    await run(peerPath('openssl'), ['ocsp', ...pairs, '-noverify', `-${digest}`, '-cert', await file('leaf.pem', leaf.certPem)]); // prettier-ignore
    return await readFile(folder.join('response.der'));
  } finally {
    await folder.close();
  }
}
