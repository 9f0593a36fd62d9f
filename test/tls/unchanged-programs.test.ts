// The trust of an unchanged program with `--import hermetic-ssl/register`, and the flags and variables of Node that concern TLS.
import path from 'node:path';
import type { Server } from 'node:https';
import nodeHttps from 'node:https';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Child } from '../helpers/child.js';
import { subjectHash } from '../helpers/subject-hash.js';
import { TempDirectory } from '../helpers/temp.js';
import { close, identity, listen, pki } from './support.js';

const PROGRAM = path.join(import.meta.dirname, 'children/request.mjs');
const REGISTER = import.meta.resolve('hermetic-ssl/register');
const REFUSED = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';

interface Outcome {
  readonly status?: number;
  readonly code?: string;
  readonly authorized?: boolean;
  readonly protocol?: string;
  readonly cipher?: string;
  /** How many certificates are trusted besides the runtime's list. */
  readonly numMore?: number;
  readonly warnings: readonly string[];
}

interface Options {
  readonly flags?: readonly string[];
  readonly env?: Record<string, string>;
  readonly words?: readonly string[];
  readonly port?: number;
}

let folder: TempDirectory;
let ca: string;
let servers: Server[];
let ports: { modern: number; old: number };

beforeAll(async () => {
  folder = await TempDirectory.create();
  ca = await folder.write('ca.pem', pki.caPem);
  const serve = (options: object) =>
    nodeHttps.createServer({ ...identity, ...options }, (_request, response) => response.end('x'));
  servers = [serve({}), serve({ maxVersion: 'TLSv1.2' })];
  for (const server of servers) server.on('tlsClientError', () => undefined);
  const [modern, old] = await Promise.all(servers.map(listen));
  ports = { modern: modern!, old: old! };
});

afterAll(async () => {
  await Promise.all(servers.map(close));
  await folder.close();
});

/** Runs the program with register. */
async function run({ flags = [], env = {}, words = [], port = ports.modern }: Options) {
  const args = [...flags, '--import', REGISTER, PROGRAM, ...words];
  const child = Child.start(process.execPath, args, {
    ...{ PEER_PORT: String(port), PEER_CA: pki.caPem },
    ...env,
  });
  const { code } = await child.finish(30_000);
  expect(code, child.stderr).toBe(0);
  return JSON.parse(child.stdout) as Outcome;
}

const isAccepted = ({ status, authorized }: Outcome) => status === 200 && authorized === true;

describe('an unchanged program trusts', () => {
  it('the certificates of the platform, and not an authority of its own', async () => {
    expect((await run({})).code).toBe(REFUSED);
    expect(isAccepted(await run({ env: { SSL_CERT_FILE: ca } }))).toBe(true);
  });

  it('the certificates of SSL_CERT_DIR', async () => {
    await folder.write(`hashed/${subjectHash('test root')}.0`, pki.caPem);
    const env = { SSL_CERT_FILE: '/nowhere', SSL_CERT_DIR: folder.join('hashed') };
    expect(isAccepted(await run({ env }))).toBe(true);
  });

  it('those of NODE_EXTRA_CA_CERTS in addition', async () => {
    const env = { NODE_EXTRA_CA_CERTS: ca };
    expect(isAccepted(await run({ env }))).toBe(true);
    expect(isAccepted(await run({ env, flags: ['--use-bundled-ca'] }))).toBe(true);
  });

  it('and is warned of a NODE_EXTRA_CA_CERTS that cannot be read', async () => {
    const { code, warnings } = await run({ env: { NODE_EXTRA_CA_CERTS: '/nowhere.pem' } });
    expect(code).toBe(REFUSED);
    expect(warnings.join()).toContain('Ignoring extra certs from');
  });

  it.each(['command line', 'NODE_OPTIONS'])(
    'the list of the runtime alone with --use-bundled-ca on the %s',
    async (place) => {
      const flag = ['--use-bundled-ca'];
      const { env, flags } =
        place === 'NODE_OPTIONS' ? { env: { NODE_OPTIONS: flag[0]! }, flags: [] } : { env: {}, flags: flag }; // prettier-ignore
      const outcome = await run({ flags, env: { ...env, SSL_CERT_FILE: ca }, words: ['lists'] });
      expect([outcome.code, outcome.numMore]).toEqual([REFUSED, 0]);
    },
  );

  const known = ['use-openssl-ca', 'use-system-ca'].filter((name) =>
    process.allowedNodeEnvironmentFlags.has(`--${name}`),
  );
  it.each(known)('the list of the runtime alone with --no-%s', async (name) => {
    const [flag, env] = [`--no-${name}`, { SSL_CERT_FILE: ca }];
    const outcome = await run({ flags: [flag], env, words: ['lists'] });
    expect([outcome.code, outcome.numMore]).toEqual([REFUSED, 0]);
  });

  it('both with NODE_USE_SYSTEM_CA', async () => {
    const env = { NODE_USE_SYSTEM_CA: '1', SSL_CERT_FILE: ca };
    const outcome = await run({ env, words: ['lists'] });
    expect([isAccepted(outcome), outcome.numMore]).toEqual([true, 1]);
  });

  it('the platform with --use-openssl-ca', async () => {
    const flags = ['--use-openssl-ca'];
    expect(isAccepted(await run({ flags, env: { SSL_CERT_FILE: ca } }))).toBe(true);
  });

  it('the list of the runtime, with a warning, on a platform without certificates', async () => {
    const nothing = { SSL_CERT_FILE: folder.join('missing.pem'), SSL_CERT_DIR: folder.join('missing') }; // prettier-ignore
    const outcome = await run({ env: nothing, words: ['lists'] });
    expect([outcome.code, outcome.numMore]).toEqual([REFUSED, 0]);
    expect(outcome.warnings).toContain('HERMETIC_TRUST_BUNDLED');
    const openssl = await run({ flags: ['--use-openssl-ca'], env: nothing });
    expect(openssl.warnings).not.toContain('HERMETIC_TRUST_BUNDLED');
  });

  it('the certificates of setDefaultCACertificates in place of all others', async () => {
    expect(isAccepted(await run({ words: ['set'] }))).toBe(true);
    const env = { NODE_EXTRA_CA_CERTS: ca };
    expect((await run({ env, words: ['nothing'] })).code).toBe(REFUSED);
  });

  it('everybody with NODE_TLS_REJECT_UNAUTHORIZED=0, with a warning', async () => {
    const { status, authorized, warnings } = await run({
      env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    });
    expect([status, authorized]).toEqual([200, false]);
    expect(warnings.join()).toContain('NODE_TLS_REJECT_UNAUTHORIZED');
  });
});

describe('the flags of Node', () => {
  const places: [name: string, (flag: string) => Options][] = [
    ['on the command line', (flag) => ({ flags: [flag], env: { NODE_EXTRA_CA_CERTS: ca } })],
    ['in NODE_OPTIONS', (flag) => ({ env: { NODE_OPTIONS: flag, NODE_EXTRA_CA_CERTS: ca } })],
  ];

  it.each(places)('--tls-min-v1.3 and --tls-max-v1.2 hold %s', async (_name, given) => {
    expect((await run(given('--tls-min-v1.3'))).protocol).toBe('TLSv1.3');
    const { code } = await run({ ...given('--tls-min-v1.3'), port: ports.old });
    expect(code).toBe('EPROTO'); // as of node:https, whose request waits
    expect((await run(given('--tls-max-v1.2'))).protocol).toBe('TLSv1.2');
    expect((await run(given('--tls-max-v1.3'))).protocol).toBe('TLSv1.3');
  });

  it.each(places)('--tls-cipher-list holds %s', async (_name, given) => {
    const only = 'TLS_CHACHA20_POLY1305_SHA256';
    expect((await run(given(`--tls-cipher-list=${only}`))).cipher).toBe(only);
    const old = 'ECDHE-ECDSA-AES256-GCM-SHA384';
    const options = { ...given(`--tls-cipher-list=${old}`), port: ports.old };
    expect((await run(options)).cipher).toBe(old);
  });
});
