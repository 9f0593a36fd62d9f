// Importing an error class loads neither the addon nor anything that does: a program that only checks for errors, or runs
// where the addon cannot be loaded, needs them.
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { repoRoot, runModule } from '../differential/support/child.js';

const moduleOf = (name: string) => JSON.stringify(`file://${path.join(repoRoot, 'dist', name)}`);

/** Prints the result of the program, and whether the addon is among the shared objects of the process. */
const program = (body: string) => `
  const sharesAddon = () =>
    process.report.getReport().sharedObjects.some((file) => file.includes('hermetic_ssl'));
  ${body}
  console.log(JSON.stringify([result, sharesAddon()]));`;

async function answerOf(body: string): Promise<unknown> {
  const { stdout, stderr } = await runModule(program(body));
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe('dist/errors.js', () => {
  it('is imported without the addon, and makes the errors of records', async () => {
    const body = `
      const { fromRecord, SSLError, SSLCertVerificationError } = await import(${moduleOf('errors.js')});
      const record = { nativeError: 'certificate', message: 'm', number: 1, verifyCode: 18, verifyMessage: 'v' };
      const rejection = { hint: 'h', chain: [Buffer.from('der')], depth: 0 };
      const error = fromRecord({ ...record, rejection });
      let refusal;
      try { error.peerCertificate; } catch ({ code, message }) { refusal = [code, message]; }
      const result = [
        error instanceof SSLError && error instanceof SSLCertVerificationError,
        error.message, error.hint, error.depth, error.chain.length, refusal,
        fromRecord(record).certificate,
      ];`;
    const refusal = [
      'ERR_INVALID_STATE',
      'import hermetic-ssl/ssl first: it decodes the certificates of an error',
    ];
    expect(await answerOf(body)).toEqual([[true, 'm; h', 'h', 0, 1, refusal, null], false]);
  });

  it('has the classes of the package, which loads the addon', async () => {
    const body = `
      const { SSLError } = await import(${moduleOf('errors.js')});
      const ssl = await import('hermetic-ssl/ssl');
      const result = ssl.SSLError === SSLError;`;
    expect(await answerOf(body)).toEqual([true, true]);
  });
});
