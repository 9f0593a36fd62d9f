/** The certificates in a directory, in the layouts of certbot, Kubernetes and Caddy. */
import { mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { CertificateDirectory } from 'hermetic-ssl/fleet';
import * as ssl from 'hermetic-ssl/ssl';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import {
  createAuthority,
  type Authority,
  type IssuedCertificate,
} from '../../helpers/certificates.js';
import { Cleanup } from '../../helpers/cleanup.js';
import { clientContext, NO_CHANGE, type Change } from '../../helpers/contexts.js';
import { nextEvent } from '../../helpers/collect.js';
import { makePair, tryHandshake } from '../../helpers/make-pair.js';
import { TempDirectory } from '../../helpers/temp.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

let root: Authority;
beforeAll(async () => {
  root = await createAuthority({ name: 'directory' });
});

const issue = (...names: string[]): Promise<IssuedCertificate> =>
  root.issue({ commonName: names[0] ?? '', dns: names });

async function write(folder: string, names: [string, string], pair: IssuedCertificate) {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, names[0]), pair.chainPem);
  await writeFile(path.join(folder, names[1]), pair.keyPem, { mode: 0o600 });
}

const CERTBOT: [string, string] = ['fullchain.pem', 'privkey.pem'];

async function watch(
  folder: string,
  options: Parameters<typeof CertificateDirectory.watch>[1] = {},
): Promise<CertificateDirectory> {
  return cleanup.add(await CertificateDirectory.watch(folder, { poll: '1s', ...options }));
}

/** The certificate that a client of a name is shown, or the error. */
function shown(
  directory: CertificateDirectory,
  serverHostname: string,
  change: Change = NO_CHANGE,
): string | null {
  const client = clientContext(root.certPem, change);
  const pair = makePair({ client, server: directory.context, serverHostname });
  const { client: failure } = tryHandshake(pair);
  if (failure !== null) return null;
  const der = pair.client.getpeercert({ binaryForm: true });
  return der === null ? null : ssl.derCertToPemCert(der);
}

const isFor = (pair: IssuedCertificate): string =>
  ssl.derCertToPemCert(ssl.pemCertToDerCert(pair.certPem));

describe('CertificateDirectory', () => {
  it('serves each name with its certificate: exact names before wildcards, in any case', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    const [one, wild, caddy, plain] = await Promise.all([
      issue('a.example.com', 'b.example.com'),
      issue('*.example.com'),
      issue('caddy.example.net'),
      issue('plain.example.org'),
    ]);
    await write(folder.join('live/a.example.com'), CERTBOT, one);
    await write(folder.join('live/wild'), CERTBOT, wild);
    const place = folder.join('certificates/acme/caddy.example.net');
    await write(place, ['caddy.example.net.crt', 'caddy.example.net.key'], caddy);
    await write(folder.path, ['tls.crt', 'tls.key'], plain);
    const directory = await watch(folder.path);
    expect(directory.names).toEqual([
      ...['*.example.com', 'a.example.com', 'b.example.com'],
      ...['caddy.example.net', 'plain.example.org'],
    ]);
    expect(shown(directory, 'a.example.com')).toBe(isFor(one));
    expect(shown(directory, 'B.Example.COM')).toBe(isFor(one));
    expect(shown(directory, 'c.example.com')).toBe(isFor(wild));
    expect(shown(directory, 'caddy.example.net')).toBe(isFor(caddy));
    expect(shown(directory, 'plain.example.org')).toBe(isFor(plain));
    expect(shown(directory, 'deep.c.example.com')).toBeNull();
    expect(directory.contextFor('x.y.example.com')).toBeNull();
  });

  it('takes a secret of Kubernetes that is exchanged by its link', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    const [old, young] = await Promise.all([issue('k.example.com'), issue('k.example.com')]);
    await write(folder.join('..1'), ['tls.crt', 'tls.key'], old);
    await symlink('..1', folder.join('..data'));
    for (const name of ['tls.crt', 'tls.key'])
      await symlink(path.join('..data', name), folder.join(name));
    const directory = await watch(folder.path);
    expect(shown(directory, 'k.example.com')).toBe(isFor(old));
    await write(folder.join('..2'), ['tls.crt', 'tls.key'], young);
    await symlink('..2', folder.join('..data_tmp'));
    const reloaded = nextEvent(directory, 'reload');
    await rename(folder.join('..data_tmp'), folder.join('..data'));
    expect(await reloaded).toEqual([['k.example.com']]);
    expect(shown(directory, 'k.example.com')).toBe(isFor(young));
  });

  it('keeps a pair while the new one is broken, and reports it once', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    const [old, young] = await Promise.all([issue('a.example.com'), issue('a.example.com')]);
    await write(folder.path, CERTBOT, old);
    const directory = await watch(folder.path, { poll: '1h' });
    const errors: [Error, string][] = [];
    directory.on('reloadError', (error, file) => errors.push([error, file]));
    await writeFile(folder.join('fullchain.pem'), young.chainPem); // the key is still the old one
    await directory.refresh();
    await directory.refresh();
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject([
      { reason: 'KEY_VALUES_MISMATCH' },
      folder.join('fullchain.pem'),
    ]);
    expect(shown(directory, 'a.example.com')).toBe(isFor(old));
    await writeFile(folder.join('privkey.pem'), 'junk');
    await directory.refresh();
    expect(errors).toHaveLength(2);
    await writeFile(folder.join('privkey.pem'), young.keyPem);
    await directory.refresh();
    expect(errors).toHaveLength(2);
    expect(shown(directory, 'a.example.com')).toBe(isFor(young));
  });

  it('goes by contents, not by the times of files', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    const [old, young] = await Promise.all([issue('a.example.com'), issue('a.example.com')]);
    const time = new Date(Date.now() - 86_400_000);
    const writeAt = async (pair: IssuedCertificate, date: Date): Promise<void> => {
      await write(folder.path, CERTBOT, pair);
      for (const name of CERTBOT) await utimes(folder.join(name), date, date);
    };
    await writeAt(old, time);
    const directory = await watch(folder.path, { poll: '1h' });
    const reloads: string[][] = [];
    directory.on('reload', (names) => reloads.push(names));
    await writeAt(old, new Date());
    await directory.refresh();
    expect(reloads).toEqual([]);
    await writeAt(young, time);
    await directory.refresh();
    expect(reloads).toEqual([['a.example.com']]);
    expect(shown(directory, 'a.example.com')).toBe(isFor(young));
  });

  it('adds and removes names, and lets a pair be away for a moment', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    const [one, two] = await Promise.all([issue('a.example.com'), issue('b.example.com')]);
    await write(folder.join('a'), CERTBOT, one);
    const directory = await watch(folder.path, { poll: '1h' });
    const reloads: string[][] = [];
    directory.on('reload', (names) => reloads.push(names));
    await write(folder.join('b'), CERTBOT, two);
    await directory.refresh();
    expect(shown(directory, 'b.example.com')).toBe(isFor(two));
    await rm(folder.join('a'), { recursive: true });
    await directory.refresh();
    expect(shown(directory, 'a.example.com')).toBe(isFor(one));
    await directory.refresh();
    expect(directory.names).toEqual(['b.example.com']);
    expect(reloads).toEqual([['b.example.com'], ['a.example.com']]);
    await rm(folder.path, { recursive: true });
    const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    cleanup.defer(() => warnings.mockRestore());
    await directory.refresh();
    await directory.refresh();
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(shown(directory, 'b.example.com')).toBe(isFor(two));
  });

  it('reports the end of a certificate, once a day', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    const notAfter = new Date(Math.floor((Date.now() + 5 * 86_400_000) / 1000) * 1000);
    const names = { commonName: 'a.example.com', dns: ['a.example.com'] };
    await write(folder.join('a'), CERTBOT, await root.issue({ ...names, notAfter }));
    const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    cleanup.defer(() => warnings.mockRestore());
    const directory = await watch(folder.path, { poll: '1h' });
    const [[text, details] = []] = warnings.mock.calls;
    expect(text).toMatch(/a\.example\.com is valid until/);
    expect(details).toMatchObject({ code: 'HERMETIC_CERTIFICATES' });
    await directory.refresh();
    expect(warnings).toHaveBeenCalledTimes(1);
    const ends: [string[], Date][] = [];
    directory.on('expiry', (...values) => ends.push(values));
    await write(folder.join('b'), CERTBOT, await root.issue({ ...names, notAfter }));
    await write(folder.join('c'), CERTBOT, await issue('c.example.com'));
    await directory.refresh();
    await directory.refresh();
    expect(ends).toEqual([[['a.example.com'], notAfter]]);
  });

  it('has a certificate of each type of key, and of one type the latest', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    const names = { commonName: 'a.example.com', dns: ['a.example.com'] };
    const [rsa, old, young] = await Promise.all([
      root.issue({ ...names, key: 'rsa2048' }),
      root.issue({
        ...names,
        key: 'ecdsa-p256',
        notBefore: new Date(Date.now() - 80 * 86_400_000),
      }),
      root.issue({ ...names, key: 'ecdsa-p256', notBefore: new Date(Date.now() - 2 * 86_400_000) }),
    ]);
    await write(folder.join('1'), CERTBOT, young);
    await write(folder.join('2'), CERTBOT, rsa);
    await write(folder.join('3'), CERTBOT, old);
    const directory = await watch(folder.path);
    const withSigalgs = (sigalgs: string): string | null =>
      shown(directory, 'a.example.com', (context) => context.setServerSigalgs(sigalgs));
    expect(withSigalgs('rsa_pss_rsae_sha256')).toBe(isFor(rsa));
    expect(withSigalgs('ecdsa_secp256r1_sha256')).toBe(isFor(young));
  });

  it('makes contexts by the application, and lets another context use its names', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    const one = await issue('a.example.com');
    await write(folder.path, CERTBOT, one);
    const directory = await watch(folder.path, {
      createContext: () => {
        const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
        context.maximumVersion = ssl.TLSVersion.TLSv1_2;
        return context;
      },
    });
    expect(directory.contextFor('a.example.com')?.maximumVersion).toBe(ssl.TLSVersion.TLSv1_2);
    const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    server.sniCallback = directory.sniCallback;
    const pair = makePair({
      client: clientContext(root.certPem),
      server,
      serverHostname: 'a.example.com',
    });
    expect(tryHandshake(pair)).toMatchObject({ client: null, server: null });
  });

  it('refuses to begin without a usable certificate', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    await expect(watch(folder.path)).rejects.toThrow(/has no certificate with its key/);
    const [one, two] = await Promise.all([issue('a.example.com'), issue('b.example.com')]);
    await write(folder.path, CERTBOT, one);
    await writeFile(folder.join('privkey.pem'), two.keyPem);
    await expect(watch(folder.path)).rejects.toMatchObject({ reason: 'KEY_VALUES_MISMATCH' });
    await expect(watch(folder.join('none'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(watch(folder.path, { poll: 'soon' as never })).rejects.toThrow(/poll must be/);
    await expect(watch(7 as never)).rejects.toThrow(/folder must be/);
    expect(() => new (CertificateDirectory as unknown as new () => unknown)()).toThrow(TypeError);
  });
});
