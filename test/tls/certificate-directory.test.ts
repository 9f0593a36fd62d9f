// The certificates of a directory, by name and with wildcards, for a server of hermetic-ssl/tls: renewed files are taken over.
import { mkdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import type { SecureContext } from 'node:tls';

import { expect, it } from 'vitest';

import { CertificateDirectory } from 'hermetic-ssl/fleet';
import type { IssuedCertificate } from '../helpers/certificates.js';
import { TempDirectory } from '../helpers/temp.js';
import { close, identity, listen, nodeTls, ourTls, pki } from './support.js';

const place = (folder: string, name: string, { chainPem, keyPem }: IssuedCertificate): void => {
  mkdirSync(path.join(folder, name), { recursive: true });
  writeFileSync(path.join(folder, name, 'fullchain.pem'), chainPem);
  writeFileSync(path.join(folder, name, 'privkey.pem'), keyPem);
};

it('SNICallback takes the contexts of a CertificateDirectory, which change with its files', async () => {
  const folder = await TempDirectory.create();
  place(folder.path, 'example.com', pki.example);
  place(folder.path, 'wildcard', pki.wildcard);
  const directory = await CertificateDirectory.watch(folder.path, { poll: '1h' });
  const server = ourTls.createServer({
    ...identity,
    SNICallback: (name, done) =>
      done(null, (directory.contextFor(name) ?? undefined) as unknown as SecureContext),
  });
  const port = await listen(server);
  const serialOf = async (servername: string): Promise<string> => {
    const client = nodeTls.connect({ port, ca: pki.caPem, servername });
    await once(client, 'secureConnect');
    const { serialNumber } = client.getPeerCertificate();
    client.destroy();
    return serialNumber;
  };
  const first = await serialOf('example.com');
  expect(await serialOf('EXAMPLE.com')).toBe(first);
  expect(await serialOf('any.example.com')).not.toBe(first);
  expect(await serialOf('localhost')).not.toBe(first);
  place(
    folder.path,
    'example.com',
    await pki.root.issue({ commonName: 'new', dns: ['example.com'] }),
  );
  const reloaded = once(directory, 'reload');
  await directory.refresh();
  expect(await reloaded).toEqual([expect.arrayContaining(['example.com'])]);
  expect(await serialOf('example.com')).not.toBe(first);
  directory.close();
  await close(server);
  await folder.close();
});
