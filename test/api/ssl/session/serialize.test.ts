// SSLSession.serialize and deserialize: sessions as bytes. Other processes and other servers: test/interop/stored-sessions.
import { fileURLToPath } from 'node:url';

import { afterAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { Child } from '../../../helpers/child.js';
import { Cleanup } from '../../../helpers/cleanup.js';
import {
  NO_CHANGE,
  clientContext,
  serverContext,
  tls12,
  tls13,
  unverified,
  type Change,
} from '../../../helpers/contexts.js';
import { typeError, valueError, wrong } from '../../../helpers/expected-errors.js';
import {
  connectedPair,
  makePair,
  resumableSession,
  thrown,
  transfer,
  tryHandshake,
} from '../../../helpers/make-pair.js';
import { connectNode, startNodeServer } from '../../../helpers/node-tls.js';
import { subjectHash } from '../../../helpers/subject-hash.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { limit } from '../../../helpers/time-limit.js';
import { testPki } from '../../../helpers/test-pki.js';
import {
  fieldOf,
  fieldsOf,
  recordOf,
  seal,
  SessionTag,
  withField,
} from '../../support/stored-record.js';

const pki = await testPki();
const { root, localhost, localhostBelowIntermediate, caPem, client: ours, clientRsa } = pki;
const cleanup = new Cleanup();
afterAll(() => cleanup.run());
const folder = cleanup.add(await TempDirectory.create());

const deserialize = (bytes: ArrayBufferView | ArrayBuffer, context: ssl.SSLContext) =>
  ssl.SSLSession.deserialize(bytes, context);
const WAYS: readonly (readonly [string, Change])[] = [
  ['TLS 1.2 with a ticket', tls12],
  [
    'TLS 1.2 with a session id',
    (context) => {
      tls12(context);
      context.options |= ssl.OP_NO_TICKET;
    },
  ],
  ['TLS 1.3', tls13],
];

const server = serverContext(localhost);
const store = (client: ssl.SSLContext, by = server, serverHostname = 'localhost'): Buffer =>
  resumableSession(connectedPair({ client, server: by, serverHostname })).serialize();
const differentContext = valueError('Session refers to a different SSLContext');
const damaged = valueError('The stored session is damaged or truncated');

describe.each(WAYS)('a stored session of %s', (_way, only) => {
  const end = serverContext(localhost, only);

  it('is resumed by another context that was made in the same way', () => {
    const pair = connectedPair({ client: clientContext(caPem), server: end });
    const session = resumableSession(pair);
    const bytes = session.serialize();
    const client = clientContext(caPem);
    const stored = deserialize(bytes, client);
    expect(() => makePair({ client, server: end, session })).toThrow(differentContext);
    const again = connectedPair({ client, server: end, session: stored });
    expect([again.client.sessionReused, again.server.sessionReused]).toEqual([true, true]);
    expect(transfer(again.server, again.client, Buffer.from('x')).toString()).toBe('x');
    expect(again.client.getpeercert()).toEqual(pair.client.getpeercert());
    expect(again.client.getUnverifiedChain()).toEqual([localhost.certDer]);
    expect(again.client.getVerifiedChain()).toEqual([]);
  });

  it('reports the same about itself, and gives the same bytes again', () => {
    const context = clientContext(caPem);
    const session = resumableSession(connectedPair({ client: context, server: end }));
    const facts = ({ id, time, timeout, ticketLifetimeHint, hasTicket }: ssl.SSLSession) => ({
      ...{ id, time, timeout, ticketLifetimeHint, hasTicket },
    });
    const stored = deserialize(session.serialize(), context);
    expect(stored).toBeInstanceOf(ssl.SSLSession);
    expect(facts(stored)).toEqual(facts(session));
    expect(stored.serialize()).toEqual(session.serialize());
  });

  it("keeps the client's identity", () => {
    const demanding = serverContext(localhost, (context) => {
      only(context);
      context.verifyMode = ssl.CERT_REQUIRED;
      context.loadVerifyLocations({ cadata: caPem });
    });
    const make = (): ssl.SSLContext =>
      clientContext(caPem, (context) =>
        context.loadCertChain({ cert: ours.chainPem, key: ours.keyPem }),
      );
    const client = make();
    const session = deserialize(store(make(), demanding), client);
    const pair = connectedPair({ client, server: demanding, session });
    expect(pair.server.sessionReused).toBe(true);
    expect(pair.server.getpeercert({ binaryForm: true })).toEqual(ours.certDer);
  });
});

describe('SSLSession.deserialize takes', () => {
  const bytes = store(clientContext(caPem));

  it('any view of bytes, and keeps no reference to it', () => {
    const array = new Uint8Array(bytes);
    const views = [array, array.buffer, new DataView(array.buffer), Buffer.from(bytes)];
    const sessions = views.map((view) => deserialize(view, clientContext(caPem)));
    array.fill(0);
    for (const session of sessions) expect(session.serialize()).toEqual(bytes);
  });

  it('what was stored under the same certificates in another order', () => {
    const load =
      (...identities: (typeof ours)[]): Change =>
      (context) => {
        for (const { chainPem, keyPem, certPem } of identities) {
          context.loadCertChain({ cert: chainPem, key: keyPem });
          context.loadVerifyLocations({ cadata: certPem });
        }
      };
    const stored = store(clientContext(caPem, load(ours, clientRsa)));
    expect(() => deserialize(stored, clientContext(caPem, load(clientRsa, ours)))).not.toThrow();
    expect(() => deserialize(stored, clientContext(caPem, load(ours)))).toThrow(differentContext);
  });

  it('what was stored under a directory of certificates, of which OpenSSL keeps what it has found', async () => {
    const directory = folder.join('authorities');
    await folder.write(`authorities/${subjectHash('test root')}.0`, caPem);
    const make = (): ssl.SSLContext => {
      const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
      context.loadVerifyLocations({ capath: directory });
      return context;
    };
    const client = make();
    const stored = store(client);
    expect(client.getCaCerts()).toHaveLength(1);
    const fresh = make();
    const session = deserialize(stored, fresh);
    expect(connectedPair({ client: fresh, server, session }).client.sessionReused).toBe(true);
    expect(() => deserialize(stored, clientContext(caPem))).toThrow(differentContext);
  });

  it('a session of a server with intermediate authorities; its own certificate is what is kept', () => {
    const below = serverContext(localhostBelowIntermediate);
    const client = clientContext(caPem);
    const session = deserialize(store(client, below), client);
    const pair = connectedPair({ client, server: below, session });
    expect(pair.client.sessionReused).toBe(true);
    expect(pair.client.getUnverifiedChain()).toEqual([localhostBelowIntermediate.certDer]);
  });

  it('fields that it does not know: later versions may say more', () => {
    const more = recordOf([...fieldsOf(bytes), [200, Buffer.from('what is to come')]]);
    expect(deserialize(more, clientContext(caPem)).serialize()).toEqual(bytes);
  });
});

describe('a stored session is not taken by a context with', () => {
  it.each<[string, Change, Change?]>([
    ['another trusted certificate', (c) => c.loadVerifyLocations({ cadata: localhost.certPem })],
    ['a certificate of its own', (c) => c.loadCertChain({ cert: ours.chainPem, key: ours.keyPem })],
    ['another verifyMode', (c) => void (c.verifyMode = ssl.CERT_OPTIONAL)],
    ['a verify flag more', (c) => void (c.verifyFlags |= ssl.VERIFY_X509_STRICT)],
    ['checkHostname off', (c) => void (c.checkHostname = false)],
    ['checkHostname on', NO_CHANGE, (c) => void (c.checkHostname = false)],
    ['hostnameChecksCommonName off', (c) => void (c.hostnameChecksCommonName = false)],
    ['no verification', unverified],
    ['verification, where there was none', NO_CHANGE, unverified],
  ])('%s', (_what, change, before = NO_CHANGE) => {
    const bytes = store(clientContext(caPem, before));
    expect(() => deserialize(bytes, clientContext(caPem, change))).toThrow(differentContext);
    expect(() => deserialize(bytes, clientContext(caPem, before))).not.toThrow();
  });

  it('another trusted authority, or a revocation list more', async () => {
    const bytes = store(clientContext(caPem));
    const other = clientContext(pki.strangerAuthority.certPem);
    expect(() => deserialize(bytes, other)).toThrow(differentContext);
    const crl = await folder.write('list.pem', await root.crl({ revoked: [localhost] }));
    const listed = clientContext(caPem, (context) => context.loadVerifyLocations({ cafile: crl }));
    expect(() => deserialize(bytes, listed)).toThrow(differentContext);
    expect(() => deserialize(store(listed), listed)).not.toThrow();
  });

  it('the same settings, where the connection verified less before they were made', () => {
    const client = clientContext(caPem, unverified);
    const session = resumableSession(connectedPair({ client, server }));
    client.checkHostname = true;
    const fresh = clientContext(caPem);
    const refused = valueError('Session refers to a different SSLContext');
    expect(() => deserialize(session.serialize(), fresh)).toThrow(refused);
  });

  it('a field of checks left out: such a check counts as not done', () => {
    const [client, bytes] = [clientContext(caPem), store(clientContext(caPem))];
    for (const tag of [SessionTag.VERIFIES, SessionTag.VERIFIES + 1, SessionTag.VERIFY_FLAGS]) {
      const session = deserialize(withField(bytes, tag, null), client);
      expect(() => makePair({ client, server, session })).toThrow(valueError('verified less'));
    }
  });

  it('another server name, or no name', () => {
    const client = clientContext(caPem);
    const session = deserialize(store(client), client);
    expect(() => makePair({ client, server, serverHostname: '127.0.0.1', session })).toThrow(
      valueError("Session was made with the server 'localhost', not with '127.0.0.1'."),
    );
    const nameless = withField(store(client), SessionTag.SERVER_NAME, null);
    expect(() => makePair({ client, server, session: deserialize(nameless, client) })).toThrow(
      valueError("Session was made with the server '', not with 'localhost'."),
    );
  });
});

describe('SSLSession.deserialize refuses', () => {
  const client = clientContext(caPem);
  const bytes = store(client);

  it('other types', () => {
    for (const value of [null, undefined, 'bytes', 5, {}, [1, 2], bytes.toString('base64')])
      expect(() => deserialize(wrong(value), client)).toThrow(typeError('bytes'));
    for (const value of [null, undefined, {}, Object.create(ssl.SSLContext.prototype) as unknown])
      expect(() => deserialize(bytes, wrong(value))).toThrow(typeError('context'));
  });

  it("a server's context, which resumes nothing", () => {
    expect(() => deserialize(bytes, server)).toThrow(valueError('PROTOCOL_TLS_SERVER'));
  });

  it("the bytes of node:tls's 'session' event, and says why", async () => {
    const peer = cleanup.add(await startNodeServer({ identity: localhost }));
    const { session } = await connectNode({ port: peer.port, ca: caPem, send: Buffer.from('x') });
    expect(session?.length).toBeGreaterThan(100);
    const mark = Buffer.from('\0nodejs:tls:session'); // from Node 22.23 on
    for (const each of [session!, Buffer.concat([mark, session!]), Buffer.of(0x30)])
      expect(() => deserialize(each, client)).toThrow(valueError("node:tls's 'session' event"));
    for (const each of [mark.subarray(0, -1), Buffer.alloc(20)])
      expect(() => deserialize(each, client)).toThrow(valueError('something else'));
  });

  it('bytes that are something else', () => {
    for (const value of ['', '\0', 'x', localhost.certPem, 'Hermetic-ssl session'])
      expect(() => deserialize(Buffer.from(value), client)).toThrow(valueError('something else'));
  });

  it('the format of another version, before it looks at the rest', () => {
    for (const version of [0, 2, 255])
      expect(() => deserialize(recordOf(fieldsOf(bytes), version), client)).toThrow(
        valueError(`format ${version}, and this hermetic-ssl reads 1`),
      );
    expect(() => deserialize(Buffer.from('hermetic-ssl session\x02'), client)).toThrow(
      valueError('format 2'),
    );
  });

  it('bytes that end early, wherever', () => {
    for (let length = 1; length < bytes.length; length++)
      expect(() => deserialize(bytes.subarray(0, length), client)).toThrow(damaged);
  });

  it('bytes in which one bit has changed, whichever', () => {
    for (let bit = 0; bit < bytes.length * 8; bit += 5) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => deserialize(changed, client)).toThrow(valueError());
    }
  });

  it('what follows the end', () => {
    expect(() => deserialize(Buffer.concat([bytes, Buffer.from([0])]), client)).toThrow(damaged);
  });

  const der = fieldOf(bytes, SessionTag.SESSION);
  const fingerprint = fieldOf(bytes, SessionTag.CONTEXT);
  it.each<[string, Buffer]>([
    ['no field', recordOf([])],
    ['no session', withField(bytes, SessionTag.SESSION, null)],
    ['no fingerprint', withField(bytes, SessionTag.CONTEXT, null)],
    ['flags of another length', withField(bytes, SessionTag.VERIFY_FLAGS, Buffer.alloc(7))],
    ['a field longer than the rest', seal(Buffer.from('hermetic-ssl session\x01\x01\xff\xff\xff\xff', 'latin1'))],
    ['half a field', seal(Buffer.from('hermetic-ssl session\x01\x01\0\0'))],
    ['something behind the session', withField(bytes, SessionTag.SESSION, Buffer.concat([der, Buffer.alloc(1)]))],
  ])('a digest that is right over %s', (_what, record) => {
    expect(() => deserialize(record, client)).toThrow(damaged);
  }); // prettier-ignore

  it('a fingerprint of another length', () => {
    for (const other of [Buffer.alloc(0), fingerprint.subarray(1), Buffer.concat([fingerprint, fingerprint])])
      expect(() => deserialize(withField(bytes, SessionTag.CONTEXT, other), client)).toThrow(
        differentContext,
      );
  }); // prettier-ignore

  it('a session that OpenSSL cannot read, with an SSLError', () => {
    for (const junk of [Buffer.alloc(0), Buffer.from('junk'), der.subarray(0, -1)])
      expect(() => deserialize(withField(bytes, SessionTag.SESSION, junk), client)).toThrow(
        ssl.SSLError,
      );
  });

  it('a session that is past its time, and says by how much', () => {
    const { time, timeout } = deserialize(bytes, client);
    const at = der.indexOf(integerOf(time));
    const late = Buffer.from(der);
    integerOf(time - timeout - 60).copy(late, at);
    expect(() => deserialize(withField(bytes, SessionTag.SESSION, late), client)).toThrow(
      valueError(`is valid for ${timeout}`),
    );
    integerOf(time - timeout + 60).copy(late, at);
    expect(() => deserialize(withField(bytes, SessionTag.SESSION, late), client)).not.toThrow();
  });
});

/** A time in the DER of a session: an INTEGER of four bytes. */
function integerOf(seconds: number): Buffer {
  const bytes = Buffer.from([2, 4, 0, 0, 0, 0]);
  bytes.writeUInt32BE(seconds, 2);
  return bytes;
}

describe('SSLSession.serialize refuses', () => {
  const invalidState = expect.objectContaining({ code: 'ERR_INVALID_STATE' }) as Error;

  it('a session of TLS 1.3 whose ticket has not come, and says when it does', () => {
    const { client } = connectedPair({ client: clientContext(caPem, tls13), server });
    expect(() => client.session?.serialize()).toThrow(invalidState);
    expect(() => client.session?.serialize()).toThrow('tickets come with the first data');
  });

  it('one that the server does not let any client resume', () => {
    const silent = serverContext(localhost, (context) => {
      tls13(context);
      context.numTickets = 0;
    });
    expect(() => store(clientContext(caPem), silent)).toThrow(invalidState);
  });

  it('one whose connection has failed', () => {
    const pair = connectedPair({ client: clientContext(caPem, tls12), server });
    const session = resumableSession(pair);
    expect(() => session.serialize()).not.toThrow();
    pair.toClient.write(Buffer.from('this is no TLS record'));
    thrown(() => pair.client.read());
    expect(() => session.serialize()).toThrow(invalidState);
  });

  it("a server's, which cannot be resumed as a client's either", () => {
    const either = new ssl.SSLContext(ssl.PROTOCOL_TLS);
    either.loadCertChain({ cert: localhost.certPem, key: localhost.keyPem });
    const { session } = connectedPair({
      client: clientContext(caPem, tls12),
      server: either,
    }).server;
    expect(() => session?.serialize()).toThrow(invalidState);
    expect(() => makePair({ client: either, server, session })).toThrow(
      valueError('Session was made as a server'),
    );
  });
});

describe('stored bytes that were changed', { timeout: limit(150_000) }, () => {
  it('are refused or resumed in vain, and never end the process', async () => {
    const program = fileURLToPath(new URL('../../children/session-fuzz.mjs', import.meta.url));
    const input = { caPem, certPem: localhost.certPem, keyPem: localhost.keyPem };
    const file = await folder.write('input.json', JSON.stringify(input));
    const child = Child.start(process.execPath, [program, file, '20261120', '6000']);
    const status = await child.finish(120_000);
    expect({ ...status, stderr: child.stderr }).toEqual({ code: 0, signal: null, stderr: '' });
    const outcomes = JSON.parse(child.stdout) as Record<string, number>;
    // All kinds must be among them, or the changes hit nothing.
    for (const kind of ['refused', 'unreadable', 'resumed', 'offered'])
      expect(outcomes[kind]).toBeGreaterThan(20);
  });
});

it('a stored session can be offered in vain: the connection is made all the same', () => {
  const client = clientContext(caPem);
  const session = deserialize(store(client), client);
  const outcome = tryHandshake(makePair({ client, server: serverContext(localhost), session }));
  expect(outcome).toEqual({ client: null, server: null });
});
