// Calls each function of the addon's TLS part with everything that it must refuse. Arguments: the addon, a JSON file
// {certPem, keyPem}. Prints the number of calls; ends with an error when a function is not known here or refuses wrongly.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';

import { SIGNATURES } from './native-signatures.mjs';
import { detached, lengthOf, shrunk } from './strange-buffers.mjs';

const [addonPath, inputPath] = process.argv.slice(2);
const binding = createRequire(import.meta.url)(addonPath);
const { certPem, keyPem } = JSON.parse(fs.readFileSync(inputPath, 'utf8'));
/** Functions of the other parts, which have tests of their own. */
const ELSEWHERE =
  /^(version|urandom|getrandom|algorithms?|hash|mac|compare|pbkdf2|scrypt|newCancellation|cancel$|development|poolState|configurePool|quotaOfGroup)/;

const known = new Set(Object.keys(SIGNATURES));
const unknown = Object.keys(binding).filter((name) => !known.has(name) && !ELSEWHERE.test(name));
assert.deepEqual(unknown, [], 'functions that this test has no case for');
assert.deepEqual(
  Object.keys(SIGNATURES).filter((name) => !(name in binding)),
  [],
);

function makeIdentity() {
  const [cert, key] = [Buffer.from(certPem), Buffer.from(keyPem)];
  return binding.identityRead('key', key, null, false, 'cert', cert);
}

function makeContext(protocol) {
  const context = binding.contextCreate(protocol);
  if (protocol === 17) assert.equal(binding.contextAddIdentity(context, makeIdentity()), undefined);
  if (protocol === 16) {
    binding.contextSetCheckHostname(context, false);
    binding.contextSetVerifyMode(context, 0);
  }
  return context;
}

function makeConnection(isServer, [incoming, outgoing]) {
  return binding.connectionCreate(
    makeContext(isServer ? 17 : 16),
    incoming,
    outgoing,
    isServer,
    '',
    false,
  );
}

function makeSession() {
  const [a, b] = [binding.memoryBioCreate(), binding.memoryBioCreate()];
  const [client, server] = [makeConnection(false, [a, b]), makeConnection(true, [b, a])];
  for (let i = 0; i < 4; i++)
    for (const side of [client, server]) binding.connectionHandshake(side);
  binding.connectionRead(client, Buffer.alloc(1));
  return binding.connectionSession(client);
}

const session = makeSession();
const MAKE = {
  context: () => makeContext(16),
  bio: () => binding.memoryBioCreate(),
  bioOrNull: () => null,
  connection: () => makeConnection(false, [binding.memoryBioCreate(), binding.memoryBioCreate()]),
  connectionOrNull: () => null,
  session: () => session,
  identity: makeIdentity,
  identityOrNull: () => null,
  bytes: () => Buffer.from('bytes'),
  bytesOrNull: () => null,
  payloadOrNull: () => [Buffer.from('one'), Buffer.from('two')],
  hashes: () => Buffer.alloc(64),
  function: () => () => undefined,
  functionOrNull: () => null,
  cancellationOrNull: () => null,
  string: () => 'string',
  stringOrNull: () => null,
  boolean: () => true,
  integer: () => 1,
  integerOrNull: () => null,
  int32: () => 17,
  uint16: () => 1,
  uint32: () => 1,
  depth: () => 1,
  uint64: () => 1n,
};

const handles = ['context', 'bio', 'connection', 'session', 'identity'];
const proxyOf = (target) => new Proxy(target, {});
const VALUES = [
  undefined, null, true, false, 0, -1, 1.5, Number.NaN, Infinity, -Infinity, 2 ** 31, 2 ** 32 + 16, 2 ** 53, -(2 ** 53),
  Number.MAX_SAFE_INTEGER, 0n, -1n, 2n ** 64n, 2n ** 64n - 1n, '', 'x', 'a\0b', '\ud800', 'x'.repeat(1 << 20), Symbol('s'),
  {}, [], [1, 2], () => 1, new Date(), proxyOf({}), new Map(), { length: 10 }, Object.create(null),
  new Uint8Array(0), new Uint8Array(3), new Float64Array(2), new DataView(new ArrayBuffer(4), 1), new ArrayBuffer(7),
  new ArrayBuffer(0), new Uint8Array(new SharedArrayBuffer(16)), new SharedArrayBuffer(16), detached(), detached().buffer,
  shrunk(Uint8Array, 0), shrunk(Uint8Array, 16, 64), shrunk(DataView, 16, 64), shrunk(DataView, 0), proxyOf(new Uint8Array(4)),
  ...handles.flatMap((kind) => [MAKE[kind](), proxyOf(MAKE[kind]()), Object.create(MAKE[kind]())]),
  binding.macNew?.(binding.algorithm('sha256').id, Buffer.from('key')),
]; // prettier-ignore

const isDetached = (buffer) =>
  buffer instanceof ArrayBuffer && buffer.byteLength === 0 && detachedBuffers.has(buffer);
const detachedBuffers = new Set(
  VALUES.flatMap((value) => (ArrayBuffer.isView(value) ? [value.buffer] : [value])).filter(
    (value) => {
      if (!(value instanceof ArrayBuffer)) return false;
      try {
        value.slice();
        return false;
      } catch {
        return true;
      }
    },
  ),
);
const isBytes = (value) =>
  (ArrayBuffer.isView(value) && !isDetached(value.buffer)) ||
  (value instanceof ArrayBuffer && !isDetached(value));

/** Values that are certainly valid for a kind: the function must not refuse them as a wrong type. */
const IS = {
  bytes: isBytes,
  bytesOrNull: (value) => value === null || value === undefined || isBytes(value),
  payloadOrNull: (value) => IS.bytesOrNull(value) || (Array.isArray(value) && value.every(isBytes)),
  bioOrNull: (value) => value === null || value === undefined || IS.bio(value),
  connectionOrNull: (value) => value === null || value === undefined || IS.connection(value),
  function: (value) => typeof value === 'function',
  functionOrNull: (value) => value === null || value === undefined || typeof value === 'function',
  cancellationOrNull: (value) => value === null || value === undefined,
  string: (value) => typeof value === 'string',
  stringOrNull: (value) => value === null || value === undefined || typeof value === 'string',
  identityOrNull: (value) => value === null || value === undefined || IS.identity(value),
  boolean: (value) => typeof value === 'boolean',
  hashes: (value) => isBytes(value) && lengthOf(value) % 32 === 0,
  integer: Number.isSafeInteger,
  integerOrNull: (value) => value === null || value === undefined || Number.isSafeInteger(value),
  int32: (value) =>
    typeof value === 'number' && value === Math.trunc(value) && Math.abs(value) < 2 ** 31,
  uint16: (value) => typeof value === 'number' && value === (value & 0xffff),
  uint32: (value) => typeof value === 'number' && value === value >>> 0,
  depth: (value) => Number.isInteger(value) && value >= 0 && value <= 100,
  uint64: (value) => typeof value === 'bigint' && value === BigInt.asUintN(64, value),
};
for (const kind of handles) {
  const own = VALUES.find(
    (value, i) => i === VALUES.length - 1 - 3 * (handles.length - handles.indexOf(kind)),
  );
  IS[kind] = (value) => value === own;
}

let calls = 0;
function call(name, args, mustRefuse) {
  calls++;
  try {
    binding[name](...args);
  } catch (error) {
    assert.equal(error.name, 'TypeError', `${name}: ${error.stack}`);
    // A view that its shrunk buffer no longer holds may be refused by Node-API itself.
    if (mustRefuse) assert.equal(error.code, 'ERR_INVALID_ARG_TYPE', `${name}: ${error.stack}`);
    return;
  }
  assert.ok(!mustRefuse, `${name} took argument ${args.length - 1} of the wrong type`);
}

// The stream is a number of the plan, not an argument.
for (const stream of [-1, 2 ** 31 - 1]) {
  binding.stepNumbers()[10] = stream;
  assert.equal(binding.streamExchange(null).nativeError, 'state');
}

for (const [name, kinds] of Object.entries(SIGNATURES)) {
  const valid = () => kinds.map((kind) => MAKE[kind]());
  for (let count = 0; count < kinds.length; count++) {
    const isComplete = kinds.slice(count).every((kind) => kind.endsWith('OrNull'));
    call(name, valid().slice(0, count), !isComplete);
  }
  call(name, [...valid(), ...VALUES], false);
  for (const [index, kind] of kinds.entries()) {
    for (const value of VALUES)
      call(name, Object.assign(valid(), { [index]: value }), !IS[kind](value));
  }
}

// Used after it was closed, and closed twice: an answer of its own, always.
for (const [name, kinds] of Object.entries(SIGNATURES)) {
  if (kinds[0] !== 'connection') continue;
  const connection = MAKE.connection();
  binding.connectionClose(connection);
  const answer = binding[name](connection, ...kinds.slice(1).map((kind) => MAKE[kind]()));
  assert.equal(answer.nativeError, 'state', name);
  calls++;
}

/** Two ends that know each other by a key; `ask` answers for the one that is named. */
function takePskSteps(end, version, ask) {
  const [a, b] = [binding.memoryBioCreate(), binding.memoryBioCreate()];
  const client = binding.contextCreate(16);
  const server = binding.contextCreate(17);
  for (const context of [client, server]) {
    binding.contextSetCheckHostname(context, false);
    binding.contextSetVerifyMode(context, 0);
    binding.contextSetCiphers(context, 'PSK');
    binding.contextSetMinimumVersion(context, version);
    binding.contextSetMaximumVersion(context, version);
  }
  binding.contextSetAsksPskClient(client, true);
  binding.contextSetAsksPskServer(server, true, 'hint');
  const key = Buffer.from('a key of 16 bytes');
  const sides = [
    [
      binding.connectionCreate(client, a, b, false, '', false),
      () => [Buffer.from('identity'), key],
    ],
    [binding.connectionCreate(server, b, a, true, '', false), () => key],
  ];
  const outcomes = [];
  for (let i = 0; i < 8; i++) {
    const [connection, good] = sides[i % 2];
    const isAsked = end === ['client', 'server'][i % 2];
    outcomes.push(binding.connectionHandshake(connection, isAsked ? ask : good));
  }
  return outcomes;
}

// Answers of every type to what is asked inside a step: a refusal, or the contract's error after the step.
const isKey = (value) => value instanceof Uint8Array && value.length > 0 && value.length <= 512;
for (const version of [0x303, 0x304]) {
  assert.equal(takePskSteps('nobody', version, null).at(-1), 0);
  for (const value of VALUES) {
    for (const [end, answer] of [
      ['server', value],
      ['client', value],
      ['client', [value, Buffer.from('key')]],
      ['client', [Buffer.from('identity'), value]],
      ['client', [Buffer.from('identity')]],
    ]) {
      calls++;
      let outcomes = [];
      try {
        outcomes = takePskSteps(end, version, () => answer);
      } catch (error) {
        assert.equal(error.code, 'ERR_INVALID_ARG_TYPE', error.stack);
      }
      const isGood = outcomes.at(-1) === 0;
      assert.ok(
        !isGood || isKey(value) || (end === 'client' && version === 0x303),
        `${end} took it`,
      );
    }
  }
}

/** The steps of a handshake whose server asks about a client with an unknown certificate, the last one the server's. */
function takeVerifySteps(ask) {
  const bios = [binding.memoryBioCreate(), binding.memoryBioCreate()];
  const [mine, theirs] = [makeContext(16), makeContext(17)];
  binding.contextAddIdentity(mine, makeIdentity());
  binding.contextSetVerifyMode(theirs, 2);
  binding.contextSetVerifier(theirs, 1);
  const client = binding.connectionCreate(mine, ...bios, false, '', false);
  const server = binding.connectionCreate(theirs, ...bios.toReversed(), true, '', false);
  return Array.from({ length: 4 }, () => {
    binding.connectionHandshake(client, null);
    return binding.connectionHandshake(server, ask);
  });
}

// Only an explicit acceptance lets a peer pass; a missing callback does not accept it.
for (const value of [...VALUES, 1, 2, 3, 255, 256, 300, 511, 512]) {
  calls++;
  let outcomes = [];
  try {
    outcomes = takeVerifySteps(() => value);
  } catch (error) {
    assert.equal(error.code, 'ERR_INVALID_ARG_TYPE', error.stack);
  }
  assert.equal(outcomes.at(-1) === 0, value === 1, 'the server took it for leave');
  assert.equal(outcomes.at(-1) === -5, value === 3);
}
assert.ok(takeVerifySteps(null).some(({ nativeError }) => nativeError === 'certificate'));

// More than a C int counts.
const huge = new Uint8Array(2 ** 31);
assert.ok(binding.contextSetAlpnProtocols(MAKE.context(), huge).nativeError);
assert.ok(binding.contextLoadVerifyData(MAKE.context(), 'cadata', huge, false).nativeError);
assert.equal(binding.readCertificates('cert', huge).nativeError, 'overflow');
const [cert, key] = [Buffer.from(certPem), Buffer.from(keyPem)];
for (const read of [
  () => binding.identityRead('key', key, null, false, 'cert', huge),
  () => binding.identityRead('key', huge, null, false, 'cert', cert),
  () => binding.identityRead('key', key, null, false, 'cert', cert, 'cert', huge),
  () => binding.identityReadPkcs12('pfx', huge, null, false),
])
  assert.equal(read().nativeError, 'overflow');
assert.ok(binding.identityRead('key', key, huge.subarray(0, 1 << 20), false, 'cert', cert));

// An identity that was closed, alone and among others.
const closed = makeIdentity();
binding.identityClose(closed);
binding.identityClose(closed);
assert.equal(binding.contextAddIdentity(makeContext(16), closed).nativeError, 'state');
const some = [makeIdentity(), closed];
assert.equal(binding.contextReplaceIdentities(makeContext(16), ...some).nativeError, 'state');
assert.equal(binding.memoryBioRead(MAKE.bio(), Number.MAX_SAFE_INTEGER).length, 0);

console.log(calls);
