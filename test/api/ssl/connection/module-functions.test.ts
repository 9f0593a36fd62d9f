// The functions of the module itself.
import { mkdirSync } from 'node:fs';
import { delimiter } from 'node:path';

import { afterAll, afterEach, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { typeError, valueError, wrong } from '../../../helpers/expected-errors.js';
import { skipUnless } from '../../../helpers/peers.js';
import { runPython } from '../../../helpers/python.js';
import { TempDirectory } from '../../../helpers/temp.js';

const folder = await TempDirectory.create();
afterAll(() => folder.close());
afterEach(() => {
  delete process.env['SSL_CERT_FILE'];
  delete process.env['SSL_CERT_DIR'];
});
/** Texts, and their seconds; null if the text is not a time. */
const TIMES: readonly (readonly [string, number | null])[] = [
  ['Jan  5 09:34:43 2018 GMT', 1_515_144_883],
  ['Jan 5 9:4:3 2018 GMT', 1_515_143_043],
  ['jAN 05 09:34:43 2018 gmt', 1_515_144_883],
  ['Jan  5  09:34:43\t2018  GMT', 1_515_144_883],
  ['Jan 5 09:34:60 2018 GMT', 1_515_144_900],
  ['Jan 5 09:34:61 2018 GMT', 1_515_144_901],
  ['Feb 29 00:00:00 2024 GMT', 1_709_164_800],
  ['Feb 29 00:00:00 2023 GMT', 1_677_628_800],
  ['Feb 31 00:00:00 2023 GMT', 1_677_801_600],
  ['Apr 31 09:10:43 2018 GMT', 1_525_165_843],
  ['Jan 01 00:00:00 1970 GMT', 0],
  ['Dec 31 23:59:59 1969 GMT', -1],
  ['Jan 05 09:34:43 0001 GMT', -62_135_216_717],
  ['Jan 5 09:34:43 0099 GMT', -59_042_615_117],
  ['Dec 31 23:59:59 9999 GMT', 253_402_300_799],
  ['Jan 5 09:34:62 2018 GMT', null],
  ['Jan 5 09:60:43 2018 GMT', null],
  ['Jan 5 24:34:43 2018 GMT', null],
  ['Jan 0 09:34:43 2018 GMT', null],
  ['Jan 32 09:34:43 2018 GMT', null],
  ['Jan 105 09:34:43 2018 GMT', null],
  ['Jan 5 09:34:43 10000 GMT', null],
  ['Jan 5 09:34:43 0000 GMT', null],
  ['Jan 5 09:34:43 18 GMT', null],
  ['Jan 5 09:34:43 2018', null],
  ['Jan 5 09:34:43 2018 UTC', null],
  ['Jan5 09:34:43 2018 GMT', null],
  [' Jan 5 09:34:43 2018 GMT', null],
  ['Jan 5 09:34:43 2018 GMT ', null],
  ['Mai 5 09:34:43 2018 GMT', null],
  ['', null],
];

describe('certTimeToSeconds', () => {
  it.each(TIMES)('takes %j for %j', (text, seconds) => {
    if (seconds === null) expect(() => ssl.certTimeToSeconds(text)).toThrow(valueError(text));
    else expect(ssl.certTimeToSeconds(text)).toBe(seconds);
  });

  it("gives what this machine's Python gives", async (test) => {
    skipUnless(test, 'python3');
    const source = `
import ssl
def seconds(text):
    try:
        return ssl.cert_time_to_seconds(text)
    except ValueError:
        return None
def main(input):
    return [seconds(text) for text in input]
`;
    const texts = TIMES.map(([text]) => text);
    expect(await runPython(source, texts)).toEqual(TIMES.map(([, seconds]) => seconds));
  });

  it('refuses other types', () => {
    for (const value of [null, undefined, 0, new Date(), Buffer.from('x')])
      expect(() => ssl.certTimeToSeconds(wrong(value))).toThrow(typeError());
  });
});

describe('getDefaultVerifyPaths', () => {
  it('names what the platform has', () => {
    const paths = ssl.getDefaultVerifyPaths();
    expect(paths).toMatchObject({
      opensslCafileEnv: 'SSL_CERT_FILE',
      opensslCapathEnv: 'SSL_CERT_DIR',
    });
    expect(paths.cafile).toBe(paths.opensslCafile);
    expect(paths.capath).toBe(paths.opensslCapath);
  });

  it('names what the environment names, where it is there', async () => {
    const usual = ssl.getDefaultVerifyPaths();
    const file = await folder.write('roots.pem', '');
    const [first, second] = [folder.join('first'), folder.join('second')];
    mkdirSync(first);
    process.env['SSL_CERT_FILE'] = file;
    process.env['SSL_CERT_DIR'] = [first, second].join(delimiter);
    const { opensslCafile, opensslCapath } = usual;
    const unchanged = { opensslCafile, opensslCapath };
    expect(ssl.getDefaultVerifyPaths()).toMatchObject({
      cafile: file,
      capath: first,
      ...unchanged,
    });
    process.env['SSL_CERT_FILE'] = folder.join('missing.pem');
    process.env['SSL_CERT_DIR'] = second;
    expect(ssl.getDefaultVerifyPaths()).toMatchObject({
      cafile: null,
      capath: null,
      ...unchanged,
    });
    process.env['SSL_CERT_FILE'] = first; // a directory is not a file
    expect(ssl.getDefaultVerifyPaths().cafile).toBeNull();
  });
});

describe('getProtocolName', () => {
  it('names every protocol', () => {
    const named = [2, 3, 4, 5, 16, 17, 99, -1].map((protocol) => ssl.getProtocolName(protocol));
    expect(named).toEqual([
      'PROTOCOL_TLS',
      'PROTOCOL_TLSv1',
      'PROTOCOL_TLSv1_1',
      'PROTOCOL_TLSv1_2',
      'PROTOCOL_TLS_CLIENT',
      'PROTOCOL_TLS_SERVER',
      '<unknown>',
      '<unknown>',
    ]);
    for (const value of [null, undefined, 'PROTOCOL_TLS', 1.5])
      expect(() => ssl.getProtocolName(wrong(value))).toThrow(typeError());
  });
});

describe.each(['enumCertificates', 'enumCrls'] as const)('%s', (list) => {
  // The contents on Windows are tested in test/windows.
  it.skipIf(process.platform === 'win32')('says that it is not available here', () => {
    expect(() => ssl[list]('ROOT')).toThrow(
      expect.objectContaining({
        code: 'ERR_METHOD_NOT_IMPLEMENTED',
        message: expect.stringContaining(list) as string,
      }) as Error,
    );
    for (const value of [null, undefined, 1])
      expect(() => ssl[list](wrong(value))).toThrow(typeError());
  });
});
