// The trust settings and keychains of macOS, without a Mac: the code that reads them is compiled for this machine and
// uses fakes of Apple's frameworks (macos_fakes.cc), which also count references. SecTrustSettings.h defines the settings.
import { execFileSync, spawnSync } from 'node:child_process';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';
import {
  compileOptions,
  librariesOf,
  linkedOpenssl,
  repository,
  whyNoCompiler,
} from './support/program.js';

const FOR_MACOS = ['macos/frameworks', 'macos/stamp', 'macos/system_roots'];
const ANYWHERE = [
  'files/file_stamp_posix',
  'files/root_places',
  'macos/certificates',
  'macos/settings',
];

const hasCompiler = whyNoCompiler() === null;
const folder = await TempDirectory.create('macos trust ');
const program = folder.join('program');
afterAll(() => folder.close());

const [SERVER, CLIENT, EMAIL, ANY] = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.4', '2.5.29.37.0']; // prettier-ignore
const [SSL, BASIC, SMIME] = [3, 2, 8].map((number) => `policy=1.2.840.113635.100.1.${number}`);
const [USER, ADMIN, SYSTEM] = [0, 1, 2];
const [ROOT, AS_ROOT, DENY, UNSPECIFIED] = [1, 2, 3, 4].map((number) => `kSecTrustSettingsResult:${number}`); // prettier-ignore
const named = (name: string) => `kSecTrustSettingsPolicyName=${name}`;
const usage = (bits: number) => `kSecTrustSettingsKeyUsage:${bits}`;

const SOURCES = {
  user: 'macOS: trust settings of the user',
  admin: 'macOS: trust settings of the administrator',
  system: 'macOS: system roots',
  keychains: 'macOS: keychains',
};

/** The commands that give a certificate these settings in a domain. */
const settings = (domain: number | undefined, name: string, ...dictionaries: (string | undefined)[][]) => [
  `domain ${domain} ${name}`,
  ...dictionaries.map((dictionary) => `setting ${dictionary.join(' ')}`),
]; // prettier-ignore

let certificates: string[];

beforeAll(async () => {
  if (!hasCompiler) return;
  const { root, intermediate, strangerAuthority, localhost, selfSigned } = await testPki();
  const given = { root, intermediate, stranger: strangerAuthority, leaf: localhost, selfSigned };
  const files = Object.entries(given).map(async ([name, { certPem }]) => {
    return `certificate ${name} ${await folder.write(`${name}.pem`, certPem)}`;
  });
  certificates = await Promise.all(files);
  compile();
}, 300_000);

function compile(): void {
  const openssl = linkedOpenssl();
  const options = compileOptions(openssl);
  const run = (...args: string[]) =>
    execFileSync('g++', [...options, ...args], { cwd: repository });
  const fakes = ['-D__APPLE__', '-Ddlopen=FakeOpen', '-Ddlsym=FakeSymbol'];
  const sourceOf = (name: string) => `native/trust/${name}.cc`;
  const objectOf = (name: string) => folder.join(`${name.replace('/', '_')}.o`);
  for (const name of FOR_MACOS) run(...fakes, '-c', sourceOf(name), '-o', objectOf(name));
  const own = ['test/native/macos_trust.cc', 'test/native/macos_fakes.cc'];
  const errors = ['base/error', 'openssl/error', 'openssl/reasons'].map(
    (name) => `native/${name}.cc`,
  );
  const sources = [...ANYWHERE.map(sourceOf), ...errors, ...own];
  run(...sources, ...FOR_MACOS.map(objectOf), ...librariesOf(openssl), '-o', program); // prettier-ignore
}

/** Returns the lines that each `read` and `stamp` among the commands printed, and the last line. */
function outputs(commands: readonly string[]): string[][] {
  const input = [...certificates, ...commands].join('\n');
  const { stdout, stderr, status } = spawnSync(program, { input, encoding: 'utf8' });
  expect([stderr, status]).toEqual(['', 0]);
  return stdout.split('end\n').map((text) => text.split('\n').filter((line) => line !== ''));
}

const read = (...commands: readonly string[]) => outputs([...commands, 'read'])[0];

describe.skipIf(!hasCompiler)('trust settings of macOS', () => {
  /** On a system that has another root of its own, which is as it was. */
  function readBeside(...commands: readonly string[]): string[] {
    const lines = read(...commands, ...settings(SYSTEM, 'stranger')) ?? [];
    const other = lines.indexOf(`stranger|anchor|${ANY}||${SOURCES.system}`);
    expect(other).not.toBe(-1);
    return lines.toSpliced(other, 1);
  }

  it.each<[string, (string | undefined)[][], string, string]>([
    ['an empty list', [], ANY, ''],
    ['no result', [[SSL]], `${SERVER},${CLIENT}`, ''],
    ['nothing but a result', [[ROOT]], ANY, ''],
    ['the policy of TLS', [[SSL, ROOT]], `${SERVER},${CLIENT}`, ''],
    ['the policy of TLS, by its name for servers', [[SSL, named('sslServer'), ROOT]], SERVER, ''],
    ['the policy of TLS, by its name for clients', [[SSL, named('sslClient'), ROOT]], CLIENT, ''],
    ['a name alone', [[named('sslServer'), ROOT]], SERVER, ''],
    ['another policy', [[SMIME, ROOT]], EMAIL, ''],
    ['several', [[SMIME, ROOT], [BASIC, ROOT], [SSL, named('sslServer'), ROOT]], `${EMAIL},${SERVER}`, ''],
    ['one for all and one for TLS', [[SSL, ROOT], [ROOT]], ANY, ''],
    ['an allowed error', [[SSL, ROOT, 'kSecTrustSettingsAllowedError:-2147408896']], `${SERVER},${CLIENT}`, ''],
    ['as a root, for a root', [[SSL, AS_ROOT]], `${SERVER},${CLIENT}`, ''],
    ['the usage of signing certificates', [[SSL, ROOT, usage(8)]], `${SERVER},${CLIENT}`, ''],
    ['any usage, as a signed number', [[SSL, ROOT, usage(-1)]], `${SERVER},${CLIENT}`, ''],
    ['trust and distrust of the same', [[SSL, ROOT], [SSL, DENY]], `${SERVER},${CLIENT}`, `${SERVER},${CLIENT}`],
    ['trust, but not for TLS', [[SSL, DENY], [ROOT]], ANY, `${SERVER},${CLIENT}`],
  ])('trust a root: %s', (_, dictionaries, trusted, distrusted) => {
    const expected = [`root|anchor|${trusted}|${distrusted}|${SOURCES.user}`];
    expect(readBeside(...settings(USER, 'root', ...dictionaries))).toEqual(expected);
  }); // prettier-ignore

  it.each<[string, (string | undefined)[]]>([
    ['for "X.509 basic" only', [BASIC, ROOT]],
    ['for a policy that cannot be read', ['policy=', ROOT]],
    ['for a name of another policy', [SSL, named('eapServer'), ROOT]],
    ['for one host', [SSL, ROOT, 'kSecTrustSettingsPolicyString=localhost']],
    ['for one application', [SSL, ROOT, 'kSecTrustSettingsApplication=x']],
    ['under checks of its own', [SSL, ROOT, 'kSecTrustSettingsPolicyOptions=x']],
    ['for encrypting', [SSL, ROOT, usage(2)]],
    ['for encrypting too', [SSL, ROOT, usage(10)]],
    ['unspecified', [SSL, UNSPECIFIED]],
    ['invalid', [SSL, 'kSecTrustSettingsResult:0']],
    ['a result that is no number', [SSL, 'kSecTrustSettingsResult=1']],
    ['a result of the future', [SSL, 'kSecTrustSettingsResult:5']],
  ])('do not trust a root: %s', (_, dictionary) => {
    expect(readBeside(...settings(USER, 'root', dictionary))).toEqual([]);
  });

  it.each<[string, (string | undefined)[][], string, string]>([
    ['an empty list is no trust', [], 'intermediate|unsaid', ''],
    ['nor is trust as for a root', [[SSL, ROOT]], 'intermediate|unsaid', ''],
    ['trust of its own is', [[SSL, AS_ROOT]], `anchor|${SERVER},${CLIENT}`, ''],
    ['distrust is', [[DENY]], 'intermediate|unsaid', ANY],
    ['distrust for one purpose is', [[SMIME, DENY]], 'intermediate|unsaid', EMAIL],
  ])('for what is no root: %s', (_, dictionaries, role, distrusted) => {
    const expected = [`intermediate|${role}|${distrusted}|${SOURCES.admin}`];
    expect(readBeside(...settings(ADMIN, 'intermediate', ...dictionaries))).toEqual(expected);
  });

  it('trust a single certificate that is not an authority', () => {
    expect(readBeside(...settings(USER, 'selfSigned', [SSL, ROOT]), ...settings(USER, 'leaf', [SSL, AS_ROOT])).toSorted()).toEqual([
      `leaf|anchor|${SERVER},${CLIENT}||${SOURCES.user}`,
      `selfSigned|anchor|${SERVER},${CLIENT}||${SOURCES.user}`,
    ]);
  }); // prettier-ignore

  it.each<[string, string[], string]>([
    ['distrust of the user against the system', [...settings(SYSTEM, 'root'), ...settings(USER, 'root', [SSL, DENY])],
      `anchor|${ANY}|${SERVER},${CLIENT}|${SOURCES.user}`],
    ['distrust of the user against the administrator', [...settings(ADMIN, 'root'), ...settings(USER, 'root', [DENY])],
      `anchor|${ANY}|${ANY}|${SOURCES.user}`],
    ['distrust of the administrator against the user', [...settings(USER, 'root'), ...settings(ADMIN, 'root', [DENY])],
      `anchor|${ANY}|${ANY}|${SOURCES.user}`],
    ['what the system trusts and the user says nothing of', [...settings(SYSTEM, 'root'), ...settings(USER, 'root', [SMIME, ROOT])],
      `anchor|${ANY}||${SOURCES.user}`],
    ['what the system trusts and the user leaves to it', [...settings(SYSTEM, 'root'), ...settings(USER, 'root', [SSL, UNSPECIFIED])],
      `anchor|${ANY}||${SOURCES.user}`],
    ['what the user adds to the system', [...settings(SYSTEM, 'root', [SMIME, ROOT]), ...settings(USER, 'root', [SSL, ROOT])],
      `anchor|${SERVER},${CLIENT},${EMAIL}||${SOURCES.user}`],
    ['what the system restricts', settings(SYSTEM, 'root', [SMIME, ROOT]), `anchor|${EMAIL}||${SOURCES.system}`],
  ])('of several domains: %s', (_, commands, expected) => {
    expect(readBeside(...commands)).toEqual([`root|${expected}`]);
  }); // prettier-ignore
});

describe.skipIf(!hasCompiler)('the keychains of macOS', () => {
  const SYSTEM_ROOT = settings(SYSTEM, 'root');
  const ROOT_LINE = `root|anchor|${ANY}||${SOURCES.system}`;

  it('give authorities that complete a chain, and trust nothing by themselves', () => {
    const all = ['root', 'intermediate', 'stranger', 'leaf', 'selfSigned'];
    expect(read(...SYSTEM_ROOT, ...all.map((name) => `keychain ${name}`))).toEqual([
      ROOT_LINE,
      `intermediate|intermediate|unsaid||${SOURCES.keychains}`,
    ]);
  });

  it.each([-25300, -25291, -25294, -25307])('may not be there: %i', (code) => {
    expect(read(...SYSTEM_ROOT, `fail SecItemCopyMatching ${code}`)).toEqual([ROOT_LINE]);
  });

  it('are a trouble where they cannot be read; the rest counts', () => {
    expect(read(...SYSTEM_ROOT, 'fail SecItemCopyMatching -25308')).toEqual([
      ROOT_LINE,
      `trouble|${SOURCES.keychains}|SecItemCopyMatching: as macOS says it (-25308)`,
    ]);
  });
});

describe.skipIf(!hasCompiler)('macOS', () => {
  it('gives its roots in another way where their domain is empty', () => {
    const root = `root|anchor|${ANY}||${SOURCES.system}`;
    expect(read('anchor root')).toEqual([root]);
    expect(read('anchor stranger', ...settings(SYSTEM, 'root'))).toEqual([root]);
  });

  it('is reported if it has no roots at all, or no domain can be read', () => {
    const lacks = `trouble|${SOURCES.system}|SecTrustCopyAnchorCertificates: as macOS says it (-25263)`;
    expect(read()).toEqual([lacks]);
    const failure = 'SecTrustSettingsCopyCertificates: as macOS says it (-36)';
    expect(read('fail SecTrustSettingsCopyCertificates -36')).toEqual([
      `trouble|${SOURCES.user}|${failure}`,
      `trouble|${SOURCES.admin}|${failure}`,
      `trouble|${SOURCES.system}|${failure}`,
      lacks,
    ]);
  });

  it("does not trust what a user's unreadable settings are about, and still trusts its roots", () => {
    const roots = [...settings(SYSTEM, 'root'), ...settings(SYSTEM, 'intermediate')];
    const commands = [...settings(USER, 'stranger'), ...roots];
    const failure = 'SecTrustSettingsCopyTrustSettings: as macOS says it (-25262)';
    expect(read(...commands, 'fail SecTrustSettingsCopyTrustSettings -25262')).toEqual([
      `root|anchor|${ANY}||${SOURCES.system}`,
      `intermediate|intermediate|unsaid||${SOURCES.system}`,
      `trouble|${SOURCES.user}|${failure}`,
      `trouble|${SOURCES.system}|${failure}`,
    ]);
  });

  it.each([-25300, -25263])('takes %i for no settings', (code) => {
    const commands = [...settings(USER, 'stranger'), ...settings(SYSTEM, 'root')];
    expect(read(...commands, `fail SecTrustSettingsCopyTrustSettings ${code}`)).toEqual([
      `root|anchor|${ANY}||${SOURCES.system}`,
    ]);
  });

  it.each(['SecItemCopyMatching', 'kSecUseAuthenticationUISkip', 'kCFBooleanTrue'])(
    'is told of where it lacks %s',
    (symbol) => {
      expect(read(`missing ${symbol}`, ...settings(SYSTEM, 'root'))).toEqual([
        `trouble|${SOURCES.system}|this macOS lacks ${symbol}`,
      ]);
    },
  );

  it('is reported if a framework cannot be opened', () => {
    const framework = '/System/Library/Frameworks/Security.framework/Security';
    expect(read(`missing ${framework}`)).toEqual([
      `trouble|${SOURCES.system}|this macOS lacks ${framework}`,
    ]);
  });

  it('has another stamp after it announced a change, and only then', () => {
    const stamps = outputs(['stamp', 'stamp', 'post', 'stamp', 'stamp', 'stamp']);
    expect(stamps.flat().slice(0, 5)).toEqual(['other', 'same', 'other', 'same', 'same']);
  });

  it('is not asked where the environment names a file', () => {
    expect(outputs([]).flat()).toEqual(['1 0 /x.pem']);
  });
});
