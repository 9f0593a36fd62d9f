// null in place of an option, of options and of a listener: it means "none" where node:tls takes it for that, so that
// programs that come from there need no change. Each row asks node:tls as well.
import { once } from 'node:events';
import { Socket, type AddressInfo, type Server } from 'node:net';
import * as tls from 'node:tls';

import { afterAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { clientContext, serverContext } from '../helpers/contexts.js';
import { duplexPair } from '../helpers/duplex-pair.js';
import { typeError } from '../helpers/expected-errors.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';

const { localhost, caPem } = await testPki();
const folder = await TempDirectory.create();
const { chainPem: cert, keyPem: key } = localhost;

async function listening<T extends Server>(server: T): Promise<T> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const server = await listening(
  ssl.createServer({ context: serverContext(localhost) }, (socket) => socket.end('x')),
);
const servers: Server[] = [server];
afterAll(async () => {
  for (const one of servers) one.close();
  await folder.close();
});

const NODE_MAJOR = Number(process.versions.node.split('.')[0]);
/** What newer versions take is their affair: the table is of Node 20. Bun and Deno have their own node:tls. */
const isNode20 = NODE_MAJOR === 20 && !('bun' in process.versions) && !('deno' in process.versions);

type Options = Record<string, unknown>;

async function nodeConnects(options: Options): Promise<boolean> {
  try {
    const socket = tls.connect({ host: 'localhost', port: portOf(server), ca: caPem, ...options });
    socket.on('error', () => undefined);
    await once(socket, 'secureConnect');
    socket.destroy();
    return true;
  } catch {
    return false;
  }
}

async function oursConnects(options: Options): Promise<boolean> {
  try {
    const context = clientContext(caPem);
    const given = { host: 'localhost', port: portOf(server), context, ...options };
    const socket = await ssl.connect(given);
    socket.on('error', () => undefined).destroy();
    return true;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return false;
  }
}

/** Options of a connection, and whether null is taken. */
const CONNECT: Readonly<Record<string, boolean>> = {
  // of node:tls and of the context here
  ALPNProtocols: true, SNICallback: true, cert: true, checkServerIdentity: false, ciphers: true, crl: true, ecdhCurve: false,
  key: true, maxVersion: true, minVersion: true, passphrase: true, pfx: true, rejectUnauthorized: true, requestCert: true,
  secureContext: true, secureOptions: true, secureProtocol: true, servername: true, sigalgs: true, onread: true,
  // of both
  allowHalfOpen: true, autoSelectFamily: true, family: true, hints: true, host: true, keepAlive: true, localAddress: true,
  lookup: true, noDelay: true, path: true, session: true, signal: true, timeout: true,
}; // prettier-ignore

describe('an option of connect that is null', () => {
  it.each(Object.entries(CONNECT))('%s: %s', async (name, isTaken) => {
    if (isNode20) expect(await nodeConnects({ [name]: null })).toBe(isTaken);
    expect(await oursConnects({ [name]: null })).toBe(isTaken);
  });

  it('ca, which is the context here', async () => {
    if (isNode20) expect(await nodeConnects({ ca: null, rejectUnauthorized: false })).toBe(true);
    expect(await oursConnects({ ca: null })).toBe(true);
  });

  it.each(['suppressRaggedEofs', 'serverHostname'])(
    '%s, which node:tls does not have',
    async (name) => {
      const context = clientContext(caPem);
      context.checkHostname = false; // a serverHostname of null asks for no name
      expect(await oursConnects({ [name]: null, context })).toBe(true);
    },
  );

  it('context: the default, which does not trust the tests', async () => {
    await expect(
      ssl.connect({ host: 'localhost', port: portOf(server), context: null }),
    ).rejects.toThrow(ssl.SSLCertVerificationError);
  });

  it('port is needed, and undefined is as null', async () => {
    await expect(oursConnects({ port: null })).resolves.toBe(false);
    expect(await oursConnects({ ca: undefined, rejectUnauthorized: undefined })).toBe(true);
    expect(await oursConnects({ rejectUnauthorized: false })).toBe(false);
    expect(await oursConnects({ ca: caPem })).toBe(false);
  });
});

const SERVER: Readonly<Record<string, boolean>> = {
  ALPNProtocols: true, SNICallback: true, ca: true, checkServerIdentity: true, ciphers: true, crl: true, ecdhCurve: false,
  maxVersion: true, minVersion: true, passphrase: true, pfx: true, rejectUnauthorized: true, requestCert: true,
  secureContext: true, secureOptions: true, secureProtocol: true, sigalgs: true,
  allowHalfOpen: true, handshakeTimeout: true, highWaterMark: false, keepAlive: true, noDelay: true, pauseOnConnect: true,
}; // prettier-ignore

describe('an option of createServer that is null', () => {
  it.each(Object.entries(SERVER))('%s: %s', async (name, isTaken) => {
    if (isNode20) {
      const act = () => tls.createServer({ cert, key, [name]: null });
      if (isTaken) expect(act).not.toThrow();
      else expect(act).toThrow(TypeError);
    }
    const act = () => ssl.createServer({ context: serverContext(localhost), [name]: null });
    // checkServerIdentity is of clients; here it is refused in any form, so that nobody relies on it.
    if (!isTaken || name === 'checkServerIdentity') return expect(act).toThrow(TypeError);
    const one = await listening(act());
    servers.push(one);
    expect(await oursConnects({ port: portOf(one) })).toBe(true);
  });

  it('cert, key, suppressRaggedEofs and handshakeThreads', () => {
    const none = { cert: null, key: null, suppressRaggedEofs: null, handshakeThreads: null };
    expect(() => ssl.createServer({ context: serverContext(localhost), ...none })).not.toThrow();
  });

  it('context is needed', () => {
    expect(() => ssl.createServer({ context: null as never })).toThrow(typeError('context'));
  });
});

describe('null in place of options, a listener or a callback', () => {
  const bios = (): [ssl.MemoryBIO, ssl.MemoryBIO] => [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
  const unnamed = () => clientContext(caPem, (context) => void (context.checkHostname = false));

  it('of createServer: no listener', () => {
    expect(() => tls.createServer({ cert, key }, null as never)).not.toThrow();
    expect(ssl.createServer({ context: serverContext(localhost) }, null).listenerCount('secureConnection')).toBe(0);
  });

  it('of wrapSocket and wrapBio: no options', () => {
    if (isNode20) expect(() => new tls.TLSSocket(new Socket(), null as never)).not.toThrow();
    expect(unnamed().wrapSocket(duplexPair()[0], null).serverHostname).toBeNull();
    expect(unnamed().wrapBio(...bios(), null).serverHostname).toBeNull();
  });

  const NONE = {
    serverSide: null, serverHostname: null, session: null, doHandshakeOnConnect: null, handshakeTimeout: null,
    suppressRaggedEofs: null, allowHalfOpen: null, handshakeThreads: null,
  }; // prettier-ignore

  it.each(Object.keys(NONE))('of the option %s of wrapSocket', (name) => {
    expect(unnamed().wrapSocket(duplexPair()[0], { [name]: null }).serverSide).toBe(false);
  });

  it('of all options of wrapSocket and wrapBio together', () => {
    expect(unnamed().wrapSocket(duplexPair()[0], NONE).allowHalfOpen).toBe(false);
    const { serverSide, serverHostname, session } = NONE;
    expect(unnamed().wrapBio(...bios(), { serverSide, serverHostname, session }).session).toBeNull();
  });

  it('of getServerCertificate', async () => {
    const address = ['localhost', portOf(server)] as const;
    const none = { sslVersion: null, caCerts: null, timeout: null };
    expect(await ssl.getServerCertificate(address, none)).toBe(await ssl.getServerCertificate(address, null));
  });

  it('of createDefaultContext: no locations', () => {
    expect(() => tls.createSecureContext(null as never)).not.toThrow();
    expect(ssl.createDefaultContext(ssl.Purpose.CLIENT_AUTH, null).certStoreStats().x509).toBe(0);
  });

  it('of locations: the others count', () => {
    const context = ssl.createDefaultContext(undefined, { cafile: null, capath: null, cadata: caPem });
    expect(context.certStoreStats().x509).toBe(1);
    expect(() => context.loadVerifyLocations({ cafile: null, capath: null, cadata: null })).toThrow(typeError('omitted'));
  });

  it('of the members of a chain', () => {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    const none = { pfx: null, certfile: null, password: null, keyfile: null };
    if (isNode20) expect(() => tls.createSecureContext({ cert, key, pfx: null as never, passphrase: null as never })).not.toThrow();
    expect(() => context.loadCertChain({ cert, key, ...none } as never)).not.toThrow();
    expect(() => context.loadCertChain({ cert: cert + key, key: null })).not.toThrow();
    expect(() => context.loadCertChain({ cert: null } as never)).toThrow(typeError('certfile should be'));
  });

  it.each(['sniCallback', 'verifyCallback', 'msgCallback', 'keylogFilename'] as const)('of %s: none', (name) => {
    const context = serverContext(localhost);
    context[name] = null;
    expect(context[name]).toBeNull();
  });

  it('of the setters of the callbacks for pre-shared keys removes the callback', () => {
    expect(() => clientContext(caPem).setPskClientCallback(null)).not.toThrow();
    expect(() => serverContext(localhost).setPskServerCallback(null)).not.toThrow();
  });

  it('of the listener of setTimeout is refused, as by net.Socket', () => {
    const socket = unnamed().wrapSocket(duplexPair()[0]);
    expect(() => new Socket().setTimeout(1, null as never)).toThrow(TypeError);
    expect(() => socket.setTimeout(1, null as never)).toThrow(TypeError);
  });

  it('of what exportKeyingMaterial depends on: nothing more', () => {
    const { client } = { client: unnamed().wrapBio(...bios()) };
    expect(() => client.exportKeyingMaterial(8, 'EXPERIMENTAL', null)).toThrow(RangeError); // not done yet
  });
}); // prettier-ignore
