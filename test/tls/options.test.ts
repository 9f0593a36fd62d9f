// Options of node:tls and node:https that this package does not have: each throws and is not ignored in silence.
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { getCertificateCompressionAlgorithms } from 'hermetic-ssl/ssl';
import { close, identity, listen, ourTls, pki } from './support.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MISSING = expect.objectContaining({ code: 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM' }) as object;

const compressions = getCertificateCompressionAlgorithms();

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('flags of the command line', () => {
  it('about the configuration of OpenSSL lead to one warning', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    vi.stubEnv('NODE_OPTIONS', '--openssl-config=/etc/ssl/openssl.cnf');
    for (let i = 0; i < 2; i++) ourTls.createSecureContext();
    expect(warn.mock.calls).toEqual([
      [
        expect.stringContaining('--openssl-config'),
        { type: 'HermeticSslWarning', code: 'HERMETIC_FLAG_IGNORED' },
      ],
    ]);
  });

  it.each(['--force-fips', '--enable-fips'])('%s is refused', (flag) => {
    vi.stubEnv('NODE_OPTIONS', flag);
    expect(() => ourTls.createSecureContext()).toThrow(MISSING);
  });
});

describe('options', () => {
  it('blockList holds, or is refused by a runtime that does not know it', async () => {
    const server = ourTls.createServer(identity);
    const port = await listen(server);
    const blockList = new net.BlockList();
    blockList.addAddress('127.0.0.1');
    const connect = () => ourTls.connect({ port, host: '127.0.0.1', blockList } as object);
    if (!('blockList' in new net.Socket({ blockList } as object))) {
      expect(connect).toThrow(MISSING);
    } else {
      const [error] = (await once(connect(), 'error')) as [NodeJS.ErrnoException];
      expect(error.code).toBe('ERR_IP_BLOCKED');
    }
    await close(server);
  });

  it('ALPNProtocols must be a list or bytes', () => {
    const options = { port: 1, ALPNProtocols: 'h2' } as object;
    expect(() => ourTls.connect(options)).toThrow(TypeError);
  });

  it('requestOCSP takes any value that is true', async () => {
    const server = ourTls.createServer(identity, (socket) => socket.end());
    const port = await listen(server);
    const options = { port, ca: pki.caPem, servername: 'localhost', requestOCSP: 1 };
    const client = ourTls.connect(options as object);
    expect(await once(client, 'OCSPResponse')).toEqual([null]);
    await once(client.resume(), 'close');
    await close(server);
  });

  it.skipIf(compressions.length > 0)('certificateCompression without a decoder is refused', () => {
    const options = { certificateCompression: ['zlib'] } as object;
    expect(() => ourTls.createSecureContext(options)).toThrow(
      'certificateCompression is not available: this build of hermetic-ssl has OpenSSL without zlib, brotli and zstd',
    );
  });

  it('of the types of Node are all known', () => {
    const types = fs.readFileSync(path.join(ROOT, 'node_modules/@types/node/tls.d.ts'), 'utf8');
    const blocks =
      /interface (?:Common|Secure|Connection|Tls|TLSSocket)\w*Options[^{]*\{([^]*?)\n {4}\}/g;
    const names = [...types.matchAll(blocks)].flatMap(([, body = '']) =>
      [...body.matchAll(/^ {8}(\w+)\??(?::|\()/gm)].map(([, name = '']) => name),
    );
    const folders = ['lib/tls', 'lib/https'].map((folder) => path.join(ROOT, folder));
    const sources = folders
      .flatMap((folder) => fs.readdirSync(folder).map((name) => path.join(folder, name)))
      .map((file) => fs.readFileSync(file, 'utf8'))
      .join('');
    expect(names.length).toBeGreaterThan(40);
    // Those that net.Socket takes at connect() are passed on as they are.
    const passedOn = new Set(['lookup']);
    const unknown = names.filter((name) => !passedOn.has(name) && !RegExp(`\\b${name}\\b`).test(sources)); // prettier-ignore
    expect(unknown).toEqual([]);
  });
});
