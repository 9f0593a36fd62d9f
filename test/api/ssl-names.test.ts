// Every name of Python 3.15's ssl module is here under the naming rule, or has a reason not to be.
import { readFileSync } from 'node:fs';

import { afterAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { duplexPair } from '../helpers/duplex-pair.js';
import { discard } from '../helpers/tls-pair.js';

type Names = Readonly<Record<string, string[] | Record<string, number>>>;
const python = JSON.parse(
  readFileSync(new URL('../helpers/python-names.json', import.meta.url), 'utf8'),
) as Names;

/** Imports of Python's module that show through; no names of its own. */
const IMPORTS = [
  'SOCK_STREAM', 'SOL_SOCKET', 'SO_TYPE', 'create_connection', 'namedtuple', 'socket', 'socket_error',
]; // prettier-ignore
/** PEP 466 leaves it out: OpenSSL seeds itself, and random bytes come from hermetic-ssl/os. */
const RANDOM = ['RAND_add', 'RAND_bytes', 'RAND_status'];
/** A type here, with no value of its own. */
const TYPES = ['DefaultVerifyPaths'];
/** Not there yet: pre-shared keys. */
const PSK = ['HAS_PSK', 'HAS_PSK_TLS13'];
const PSK_CALLBACKS = ['set_psk_client_callback', 'set_psk_server_callback'];
/** SSLSocket is a Duplex: what BSD sockets have is the transport's, and a stream has its own ways to read and write. */
const SOCKET = [
  'accept', 'bind', 'close', 'connect', 'connect_ex', 'detach', 'dup', 'family', 'fileno', 'get_inheritable',
  'getblocking', 'getpeername', 'getsockname', 'getsockopt', 'gettimeout', 'listen', 'makefile', 'proto', 'recv',
  'recv_into', 'recvfrom', 'recvfrom_into', 'recvmsg', 'recvmsg_into', 'send', 'sendall', 'sendfile', 'sendmsg',
  'sendmsg_afalg', 'sendto', 'set_inheritable', 'setblocking', 'setsockopt', 'settimeout', 'shutdown', 'type',
]; // prettier-ignore

const ABSENT: Readonly<Record<string, readonly string[]>> = {
  ssl: [...IMPORTS, ...RANDOM, ...TYPES, ...PSK],
  SSLContext: PSK_CALLBACKS,
  SSLSocket: SOCKET,
};

/** Upper-case names, classes and names without underscores stay; the others are camelCase, with acronyms as words. */
function rule(name: string): string {
  if (!name.includes('_') || !/[a-z]/.test(name) || /^(OP|VERIFY|PROTOCOL|HAS)_/.test(name))
    return name;
  return name
    .toLowerCase()
    .replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
context.checkHostname = false;
context.verifyMode = ssl.CERT_NONE;
const socket = context.wrapSocket(duplexPair()[0]);
afterAll(() => discard(socket));

const OWNERS: readonly (readonly [owner: string, value: object])[] = [
  ['ssl', ssl],
  ['SSLContext', context],
  ['SSLObject', context.wrapBio(new ssl.MemoryBIO(), new ssl.MemoryBIO())],
  ['SSLSocket', socket],
  ['MemoryBIO', new ssl.MemoryBIO()],
  ['SSLSession', ssl.SSLSession.prototype],
];

describe.each(OWNERS)("Python's %s", (owner, value) => {
  const names = python[owner] as string[];
  const absent = ABSENT[owner] ?? [];

  it.each(names.filter((name) => !absent.includes(name)))('has %s', (name) => {
    expect(rule(name) in value).toBe(true);
  });

  it('has a reason for names of Python alone', () => {
    expect(names).toEqual(expect.arrayContaining([...absent]));
  });
});

const ENUMS = Object.keys(python).filter((owner) => owner.startsWith('enum.'));

describe.each(ENUMS)('%s', (owner) => {
  it("has Python's members and values", () => {
    const ours = ssl[owner.slice('enum.'.length) as 'Options'];
    for (const [name, value] of Object.entries(python[owner] as Record<string, number>))
      expect([name, Number(ours[name as keyof typeof ours])]).toEqual([name, value]);
  });
});
