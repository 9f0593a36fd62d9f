// Options objects: values that are not objects, flags that are not booleans, and options that belong to node:tls.
import { Duplex } from 'node:stream';

import { describe, expect, it } from 'vitest';

import * as hashlib from 'hermetic-ssl/hashlib';
import * as ssl from 'hermetic-ssl/ssl';

import { typeError, wrong } from '../helpers/expected-errors.js';

const client = (): ssl.SSLContext => {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
  context.checkHostname = false;
  return context;
};
const server = (): ssl.SSLContext => new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
const bios = (): [ssl.MemoryBIO, ssl.MemoryBIO] => [new ssl.MemoryBIO(), new ssl.MemoryBIO()];

// Which nulls are taken, and mean "none": options-null.test.ts.
describe('null in place of options that are needed is a TypeError of', () => {
  it.each([
    ['getCaCerts', () => client().getCaCerts(wrong(null)), 'must be an object, not null'],
    ['createServer', () => ssl.createServer(wrong(null)), 'context must be a SSLContext'],
  ])('%s', (_name, call, message) => {
    expect(call).toThrow(typeError(message));
  });

  it('connect, as a rejection', async () => {
    await expect(ssl.connect(wrong(null))).rejects.toEqual(typeError('port must be an integer'));
  });
});

describe('bytes in place of options are a TypeError of', () => {
  const bytes = Buffer.from('another argument');
  it.each([
    ['wrapBio', () => client().wrapBio(...bios(), wrong(bytes))],
    ['wrapSocket', () => client().wrapSocket(new Duplex(), wrong(bytes))],
    ['loadVerifyLocations', () => client().loadVerifyLocations(wrong(bytes))],
    ['sha256', () => hashlib.sha256(bytes, wrong(bytes))],
  ])('%s', (_name, call) => {
    expect(call).toThrow(typeError('must be an object, not an instance of Buffer'));
  });
});

describe('a flag that is not a boolean is refused, because a string "false" would count as true:', () => {
  const flags = ['suppressRaggedEofs', 'allowHalfOpen'];
  it.each([...flags, 'doHandshakeOnConnect'])('wrapSocket, %s', (flag) => {
    expect(() => client().wrapSocket(new Duplex(), { [flag]: 'false' })).toThrow(typeError(flag));
  });
  it.each(flags)('createServer, %s', (flag) => {
    expect(() => ssl.createServer({ context: server(), [flag]: 1 })).toThrow(typeError(flag));
  });
  it.each(flags)('connect, %s', async (flag) => {
    const options = { port: 1, context: client(), [flag]: 'no' };
    await expect(ssl.connect(options)).rejects.toEqual(typeError(flag));
  });
});

describe('an option of node:tls is refused, because ignoring it could switch a check off:', () => {
  it.each(['ca', 'rejectUnauthorized', 'checkServerIdentity', 'servername', 'minVersion'])(
    '%s',
    async (name) => {
      const options = { port: 1, context: client(), [name]: 'x' };
      await expect(ssl.connect(options)).rejects.toEqual(
        typeError(`${name} is an option of node:tls`),
      );
      expect(() => ssl.createServer({ context: server(), [name]: 'x' })).toThrow(
        typeError(`${name} is an option of node:tls`),
      );
    },
  );

  it('onread as well, which would take the ciphertext away', async () => {
    const options = { port: 1, context: client(), onread: {} };
    await expect(ssl.connect(wrong(options))).rejects.toEqual(typeError('onread'));
  });
});
