// Results of Python's own module for the same certificates and times.
import { afterAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import type { IssuedCertificate } from '../../../helpers/certificates.js';
import { clientContext, serverContext } from '../../../helpers/contexts.js';
import { connectedPair } from '../../../helpers/make-pair.js';
import { skipUnless } from '../../../helpers/peers.js';
import { runPython } from '../../../helpers/python.js';
import { moduleAnswer } from '../../../helpers/run-module.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';

const { root, localhost, allNames, embeddedNul, noSan, example, wildcard, caPem } = await testPki();
const folder = await TempDirectory.create();
afterAll(() => folder.close());

const decoded = (identity: IssuedCertificate): ssl.CertificateDict =>
  connectedPair({
    client: clientContext(caPem, (context) => void (context.checkHostname = false)),
    server: serverContext(identity),
  }).client.getpeercert() ?? {};

/** Python's decoder, without a connection. Its tuples become lists on the way. */
const DECODE = `
import ssl

def main(input):
    return [list(ssl._ssl._test_decode_cert(file).items()) for file in input]
`;

describe('getpeercert', () => {
  it("decodes to what this machine's Python decodes to, keys in the same order", async (test) => {
    skipUnless(test, 'python3');
    const noPoint = await root.issue({ commonName: 'no point', crlDistributionPoints: [null] });
    const identities = [localhost, allNames, embeddedNul, noSan, example, wildcard, noPoint];
    const files = await Promise.all(
      identities.map(({ certPem }, i) => folder.write(`${i}.pem`, certPem)),
    );
    const theirs = await runPython(DECODE, files);
    expect(identities.map((identity) => Object.entries(decoded(identity)))).toEqual(theirs);
  });

  it('gives times that certTimeToSeconds reads, the beginning before the end', async () => {
    const dates = {
      notBefore: new Date('2018-08-05T14:23:16Z'),
      notAfter: new Date('2525-10-28T14:23:16Z'),
    };
    const { notBefore = '', notAfter = '' } = decoded(
      await root.issue({ commonName: 'dated', ...dates }),
    );
    const [begin = 0, end = 0] = [notBefore, notAfter].map((time) => ssl.certTimeToSeconds(time));
    expect([begin * 1000, end * 1000]).toEqual([Number(dates.notBefore), Number(dates.notAfter)]);
    expect(begin).toBeLessThan(end);
  });
});

describe('certTimeToSeconds', () => {
  it.each([
    { TZ: 'UTC', LC_ALL: 'C' },
    { TZ: 'America/New_York', LC_ALL: 'fr_FR.UTF-8' },
    { TZ: 'Asia/Kolkata', LC_ALL: 'de_DE.UTF-8' },
  ])('gives the same in the zone and the language of %j', async (env) => {
    const answer = await moduleAnswer(
      `import * as ssl from 'hermetic-ssl/ssl';
       const seconds = ['May  9 00:00:00 2007 GMT', 'Dec 31 23:59:59 2018 GMT'].map((time) => ssl.certTimeToSeconds(time));
       console.log(JSON.stringify([seconds, new Date(0).getTimezoneOffset() !== 0]));`,
      { env },
    );
    expect(answer).toEqual([[1_178_668_800, 1_546_300_799], env.TZ !== 'UTC']);
  });
});
