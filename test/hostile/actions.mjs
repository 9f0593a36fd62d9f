// The actions of a hostile peer, each with what it sends, and the endings: whether the peer then stays, leaves or resets.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

import { ALERT, CHANGE_CIPHER_SPEC, DATA, HANDSHAKE, record } from './records.mjs';
import { sleep, turn } from './peer.mjs';

const bytes = (...values) => Buffer.from(values);
const MANY = 1_500;
/** The largest plaintext and ciphertext of a record (RFC 5246, 6.2; RFC 8446, 5). */
const LARGEST = 2 ** 14;
const LARGEST_SEALED = { 'TLSv1.2': LARGEST + 2_048, 'TLSv1.3': LARGEST + 256 };

const HELLO_REQUEST = bytes(0, 0, 0, 0);
/** A ClientHello without a body: a server refuses renegotiation before it looks. */
const CLIENT_HELLO = bytes(1, 0, 0, 0);

const many = (make, count = MANY) => Buffer.concat(Array.from({ length: count }, make));
const sealed = (type, content) => (peer) => peer.sealer.seal(type, content);
const renegotiation = (peer) =>
  peer.sealer.seal(HANDSHAKE, peer.isClient ? CLIENT_HELLO : HELLO_REQUEST);

/** A ClientHello whose length is not that of its body. */
const BROKEN_MESSAGE = record(HANDSHAKE, bytes(1, 0, 0, 1, 0));

/**
 * @typedef {object} Action
 * @property {string} id
 * @property {string} title
 * @property {string} kind of the list; the documentation counts by it
 * @property {(peer: import('./peer.mjs').Peer) => Buffer} [bytes] what is sent, in one piece with the state's last bytes
 * @property {'seals'} [needs] whether it needs keys
 * @property {'TLSv1.2' | 'TLSv1.3'} [only]
 * @property {boolean} [isFatal] whether an application that reads has to see a failure
 * @property {boolean} [isFatalOnceSealed] the same, once records have to be sealed
 * @property {(peer: import('./peer.mjs').Peer, options: object, limit: number) => Promise<void>} [act] instead of bytes
 * @property {string[]} [endings] those that it can have; all by default
 * @property {boolean} [isUnread] whether the peer stops reading while it acts
 * @property {boolean} [isAlone] whether the cell runs by itself, since the memory of our side is measured
 */

const plain = (id, title, content, rest = {}) => ({ id, title, bytes: () => content, ...rest });
const seals = (id, title, make, rest = {}) => ({ id, title, bytes: make, needs: 'seals', ...rest });
const FATAL = { isFatal: true };
const UNREAD = { isUnread: true };

const GARBAGE = [
  plain('http', 'an HTTP request', Buffer.from('GET / HTTP/1.1\r\n\r\n'), FATAL),
  plain(
    'undecryptable',
    'a record that cannot be decrypted',
    record(DATA, Buffer.alloc(64, 7)),
    FATAL,
  ),
  plain('broken-message', 'a handshake message of a wrong length', BROKEN_MESSAGE, FATAL),
  plain('half-record', 'half a record', record(DATA, Buffer.alloc(32), 64)),
  seals(
    'sealed-broken',
    'sealed: an unknown handshake message',
    sealed(HANDSHAKE, bytes(99, 0, 0, 1, 0)),
    FATAL,
  ),
  seals('sealed-type', 'sealed: an unknown type of record', sealed(99, bytes(1)), FATAL),
  seals(
    'sealed-then-bad',
    'sealed: data, then a record that cannot be decrypted',
    (peer) =>
      Buffer.concat([peer.sealer.seal(DATA, Buffer.from('x')), record(DATA, Buffer.alloc(64, 7))]),
    FATAL,
  ),
].map((action) => ({ ...action, kind: 'garbage' }));

const SIZES = [
  plain(
    'claims-too-much',
    'a length of 2^14+2049',
    record(DATA, Buffer.alloc(LARGEST + 2_049)),
    FATAL,
  ),
  plain(
    'claims-most',
    'a length of 65,535 that is only claimed',
    record(HANDSHAKE, bytes(1), 65_535),
    FATAL,
  ),
  seals(
    'sealed-too-long',
    'sealed: more plaintext than a record may have',
    sealed(DATA, Buffer.alloc(LARGEST + 1)),
    FATAL,
  ),
  seals(
    'sealed-largest',
    'sealed: longer than a sealed record may be',
    (peer) => peer.sealer.seal(DATA, Buffer.alloc(LARGEST_SEALED[peer.version] + 1)),
    FATAL,
  ),
].map((action) => ({ ...action, kind: 'oversized records' }));

const EMPTY = [
  plain('empty-data', 'an empty record of data', record(DATA, bytes()), FATAL),
  plain('empty-handshake', 'an empty record of the handshake', record(HANDSHAKE, bytes()), {
    isFatalOnceSealed: true, // before, OpenSSL skips a few
  }),
  seals('sealed-empty', 'sealed: no data', sealed(DATA, bytes())),
  seals(
    'sealed-empty-handshake',
    'sealed: an empty record of the handshake',
    sealed(HANDSHAKE, bytes()),
  ),
].map((action) => ({ ...action, kind: 'empty records' }));

const CLOSE_NOTIFY = bytes(1, 0);
const DATA_AFTER_CLOSE = (peer) =>
  Buffer.concat([peer.sealer.seal(ALERT, CLOSE_NOTIFY), peer.sealer.seal(DATA, bytes(120))]);

/** An alert in the clear and sealed. `rest` has the properties of the sealed one, which our side can read. */
const alert = (id, title, content, rest = {}) => [
  plain(`alert-${id}`, title, record(ALERT, content)),
  seals(`sealed-alert-${id}`, `sealed: ${title}`, sealed(ALERT, content), rest),
];

const ALERTS = [
  ...alert('warning', 'a warning', bytes(1, 90)),
  ...alert('fatal', 'a fatal alert', bytes(2, 40), FATAL),
  ...alert('truncated', 'half an alert', bytes(1), FATAL),
  ...alert('unknown', 'an alert of an unknown level', bytes(7, 255), FATAL),
  ...alert('close', 'close_notify', CLOSE_NOTIFY),
  seals('data-after-close', 'sealed: close_notify, then data', DATA_AFTER_CLOSE),
].map((action) => ({ ...action, kind: 'alerts' }));

const FLOODS = [
  plain(
    'flood-warnings',
    'warnings',
    many(() => record(ALERT, bytes(1, 90))),
    FATAL,
  ),
  plain(
    'flood-changes',
    'ChangeCipherSpec',
    many(() => record(CHANGE_CIPHER_SPEC, bytes(1))),
  ),
  plain(
    'flood-empty',
    'empty records of the handshake',
    many(() => record(HANDSHAKE, bytes())),
  ),
  seals('flood-sealed-warnings', 'sealed: warnings', (peer) =>
    many(() => peer.sealer.seal(ALERT, bytes(1, 90))),
  ),
  seals('flood-sealed-empty', 'sealed: no data', (peer) =>
    many(() => peer.sealer.seal(DATA, bytes())),
  ),
  seals('flood-data', 'sealed: single bytes', (peer) =>
    many(() => peer.sealer.seal(DATA, bytes(120))),
  ),
  seals(
    'flood-key-updates',
    'sealed: KeyUpdate, each asking for ours',
    (peer) => many(() => peer.sealer.sealKeyUpdate()),
    { only: 'TLSv1.3' },
  ),
].map((action) => ({ ...action, ...UNREAD, kind: 'floods', title: `a flood: ${action.title}` }));

const RENEGOTIATION = [
  seals('renegotiation', 'a request for renegotiation', renegotiation, { only: 'TLSv1.2' }),
  seals(
    'flood-renegotiation',
    'a flood: requests for renegotiation',
    (peer) => many(() => renegotiation(peer)),
    { only: 'TLSv1.2', ...UNREAD },
  ),
].map((action) => ({ ...action, kind: 'renegotiation' }));

const HELLO_AGAIN = [
  { id: 'hello-again', title: "the peer's hello again", bytes: ({ hello }) => hello, ...FATAL },
  seals(
    'sealed-hello-again',
    "sealed: the peer's hello again",
    (peer) => peer.sealer.seal(HANDSHAKE, peer.hello.subarray(5)),
    { only: 'TLSv1.3', ...FATAL },
  ),
].map((action) => ({ ...action, kind: 'duplicate hello' }));

/** Records in one write of a torrent, and milliseconds without 'drain' after which our side counts as full. */
const PER_WRITE = 256;
const STUCK = 400;

/** Sends `count` records as fast as possible, until our side accepts no more. */
const pour = (make, count) => async (peer) => {
  const { socket } = peer;
  peer.send(peer.tail);
  for (let sent = 0; sent < count && !socket.destroyed; sent += PER_WRITE) {
    const isTaken = socket.write(many(() => make(peer), PER_WRITE));
    if (isTaken) await turn();
    else if (!(await drains(socket))) return;
  }
};

/** Returns whether the socket accepts more within a time limit. */
async function drains(socket) {
  const stop = new AbortController();
  const events = ['drain', 'close'].map((name) => once(socket, name, { signal: stop.signal }));
  const late = delay(STUCK, null, { signal: stop.signal });
  try {
    return (await Promise.race([...events, late])) !== null && !socket.destroyed;
  } catch {
    return false; // the socket has failed
  } finally {
    stop.abort();
    for (const promise of [...events, late]) promise.catch(() => {});
  }
}

const torrent = (id, title, act, rest = {}) => ({
  id,
  title: `a torrent: ${title}`,
  kind: 'torrents, with the memory measured',
  act,
  endings: ['stays'],
  isAlone: true,
  isUnread: true,
  ...rest,
});

const FULL = Buffer.alloc(LARGEST - 1);
const SEALS = { needs: 'seals' };

/** 64 MB, or so many records that what our side answers would fill its memory. */
const TORRENTS = [
  torrent(
    'torrent-junk',
    '64 MB that are not TLS',
    pour(() => record(HANDSHAKE, FULL), 4_096),
  ),
  torrent(
    'torrent-data',
    'sealed: 64 MB of data',
    pour((peer) => peer.sealer.seal(DATA, FULL), 4_096),
    SEALS,
  ),
  torrent(
    'torrent-bytes',
    'sealed: 50,000 single bytes',
    pour((peer) => peer.sealer.seal(DATA, bytes(120)), 50_000),
    SEALS,
  ),
  torrent(
    'torrent-key-updates',
    'sealed: 25,000 KeyUpdates, each asking for ours',
    pour((peer) => peer.sealer.sealKeyUpdate(), 25_000),
    { ...SEALS, only: 'TLSv1.3' },
  ),
  torrent(
    'torrent-renegotiation',
    'sealed: 50,000 requests for renegotiation',
    pour(renegotiation, 50_000),
    { ...SEALS, only: 'TLSv1.2' },
  ),
];

/** Milliseconds without a byte to send after which a decent peer is finished. */
const SAID = 40;

/** Sends all that a decent peer would send from here, one byte at a time, up to `limit` bytes. */
async function drip(peer, options, limit) {
  const { socket } = peer;
  const pieces = [];
  peer.goOn(options, (piece) => pieces.push(piece));
  let left = limit;
  for (let idle = 0; idle < SAID && left > 0; idle++) {
    for (const byte of pieces
      .splice(0)
      .flatMap((piece) => [...piece])
      .slice(0, left)) {
      if (socket.destroyed || socket.writableEnded) return;
      socket.write(bytes(byte));
      await turn();
      [left, idle] = [left - 1, 0];
    }
    await sleep(1);
  }
}

const NOTHING = Buffer.alloc(0);

/** @type {Action[]} */
export const ACTIONS = [
  { id: 'reset', title: 'RST', kind: 'RST', bytes: () => NOTHING, endings: ['RST'], ...FATAL },
  { id: 'end', title: 'FIN', kind: 'FIN', bytes: () => NOTHING, endings: ['FIN'], ...FATAL },
  { id: 'silence', title: 'silence', kind: 'silence', bytes: () => NOTHING, endings: ['stays'] },
  { id: 'drip', title: 'the rest, byte by byte', kind: 'drip', act: drip },
  ...GARBAGE,
  ...SIZES,
  ...EMPTY,
  ...ALERTS,
  ...FLOODS,
  ...RENEGOTIATION,
  ...HELLO_AGAIN,
  ...TORRENTS,
];
