// The effects of a certificate's properties in the stores of Windows. Wine's crypt32 does not know those of Microsoft's
// root program, so the rules run here in a program of their own; test/windows has the rest.
import { spawnSync } from 'node:child_process';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';
import { compileProgram, whyNoCompiler } from './support/program.js';

const NEEDED =
  /^native\/(input|trust)\/|^native\/base\/|^native\/openssl\/(error|extensions|reasons)\.cc$/;

const hasCompiler = whyNoCompiler() === null;
const folder = await TempDirectory.create('windows trust ');
const program = folder.join('program');
afterAll(() => folder.close());

beforeAll(() => {
  if (!hasCompiler) return;
  compileProgram({ program, main: 'windows_trust.cc', needed: NEEDED });
}, 300_000);

function run(args: readonly string[], input = ''): string[] {
  const { stdout, stderr, status } = spawnSync(program, args, { input, encoding: 'utf8' });
  expect([stderr, status]).toEqual(['', 0]);
  return stdout.trim().split('\n');
}

const [SERVER, CLIENT, EMAIL, ANY] = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.4', '2.5.29.37.0']; // prettier-ignore
const PLAIN = 'instance';
const PAST = 'disallowed-since=900';
const FUTURE = 'disallowed-since=1100';

describe.skipIf(!hasCompiler)('the properties of a certificate in a store of Windows', () => {
  // The contents of the places, and the result: purposes, distrust, end.
  it.each<[string, string[], string]>([
    ['none', [PLAIN], 'all - none 0'],
    ['purposes', [`${PLAIN} allowed=${EMAIL},${CLIENT}`], `${EMAIL},${CLIENT} - none 0`],
    ['no purpose at all', [`${PLAIN} allowed=-`], '- - none 0'],
    ['withdrawn', [`${PLAIN} ${PAST}`], `all ${ANY} none 0`],
    ['to be withdrawn', [`${PLAIN} ${FUTURE}`], 'all - none 0'],
    ['withdrawn for servers', [`${PLAIN} ${PAST} disallowed=${SERVER}`], `all ${SERVER} none 0`],
    ['to be withdrawn for servers', [`${PLAIN} ${FUTURE} disallowed=${SERVER}`], 'all - none 0'],
    ['withdrawn without a time', [`${PLAIN} disallowed=${SERVER}`], `all ${SERVER} none 0`],
    ['an end', [`${PLAIN} not-before=900`], `all - 900:${ANY} 0`],
    ['an end for servers', [`${PLAIN} not-before=900 not-before-usages=${SERVER}`], `all - 900:${SERVER} 0`],
    ['the purposes of an end without the end', [`${PLAIN} not-before-usages=${SERVER}`], 'all - none 0'],
    ['the same in two places', [PLAIN, PLAIN], 'all - none 0'],
    ['an end in two places', [`${PLAIN} not-before=900`, `${PLAIN} not-before=900`], `all - 900:${ANY} 0`],
    ['two ends', [`${PLAIN} not-before=900`, `${PLAIN} not-before=950`], `all - 950:${ANY} 0`],
    ['purposes here, and none said there', [`${PLAIN} allowed=${EMAIL}`, PLAIN], 'all - none 0'],
    ['other purposes', [`${PLAIN} allowed=${EMAIL}`, `${PLAIN} allowed=${SERVER}`], `${EMAIL},${SERVER} - none 0`],
    ['nothing here, purposes there', [`${PLAIN} allowed=-`, `${PLAIN} allowed=${SERVER}`], `${SERVER} - none 1`],
    ['withdrawn here, plain there', [`${PLAIN} ${PAST}`, PLAIN], 'all - none 1'],
    ['withdrawn here, for servers there', [`${PLAIN} ${PAST}`, `${PLAIN} allowed=${SERVER}`], `${SERVER} - none 1`],
    ['withdrawn for servers here, plain there', [`${PLAIN} ${PAST} disallowed=${SERVER}`, PLAIN], 'all - none 0'],
    ['withdrawn for servers here, for mail there', [`${PLAIN} ${PAST} disallowed=${SERVER}`, `${PLAIN} allowed=${EMAIL}`], `all ${SERVER} none 0`],
    ['withdrawn in both', [`${PLAIN} ${PAST}`, `${PLAIN} ${PAST}`], `all ${ANY} none 0`],
    ['withdrawn here, no purpose there', [`${PLAIN} ${PAST}`, `${PLAIN} allowed=-`], `all ${ANY} none 0`],
    ['an end here, plain there', [`${PLAIN} not-before=900`, PLAIN], 'all - none 0'],
    ['an end for servers here, for mail there', [`${PLAIN} not-before=900 not-before-usages=${SERVER}`, `${PLAIN} allowed=${EMAIL}`], `all - 900:${SERVER} 0`],
  ])('%s', (_, places, outcome) => {
    expect(run(['combine'], `${places.join(' ')}\n`)).toEqual([outcome]);
  }); // prettier-ignore
});

describe.skipIf(!hasCompiler)('a root with an end', () => {
  const VERIFIED = '1 0 0';
  const REJECTED = '0 28 1'; // X509_V_ERR_CERT_REJECTED, at the root

  it('vouches for what was issued until then, for the purposes of the end', async () => {
    const { root } = await testPki();
    const end = Math.floor(Date.now() / 1000) - 3600;
    const [before, at, after] = await Promise.all(
      [-1, 0, 1].map(async (seconds, i) => {
        const notBefore = new Date((end + seconds) * 1000);
        const leaf = await root.issue({ commonName: 'localhost', dns: ['localhost'], notBefore });
        return folder.write(`leaf${i}.pem`, leaf.certPem);
      }),
    );
    const anchor = await folder.write('root.pem', root.certPem);
    const leaves = [before, at, after].map(String);
    const outcomes = (purposes: string) =>
      run(['verify', String(end), purposes, anchor, ...leaves]);
    expect(outcomes(SERVER)).toEqual([VERIFIED, VERIFIED, REJECTED]);
    expect(outcomes(ANY)).toEqual([VERIFIED, VERIFIED, REJECTED]);
    expect(outcomes(`${EMAIL},${SERVER}`)).toEqual([VERIFIED, VERIFIED, REJECTED]);
    expect(outcomes(CLIENT)).toEqual([VERIFIED, VERIFIED, VERIFIED]);
  });

  it('takes any time that Windows can have written', async () => {
    const { root, localhost } = await testPki();
    const files = [
      await folder.write('extreme-root.pem', root.certPem),
      await folder.write('extreme-leaf.pem', localhost.certPem),
    ];
    const year1601 = '-11644473600';
    const lastFiletime = '1833029933770';
    expect(run(['verify', year1601, SERVER, ...files])).toEqual([REJECTED]);
    expect(run(['verify', lastFiletime, SERVER, ...files])).toEqual([VERIFIED]);
  });
});
