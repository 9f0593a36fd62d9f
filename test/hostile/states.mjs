// The states of a connection in which a peer turns hostile: how the peer gets there, and which application of
// applications.mjs our side runs. Roles and versions are those of our side.
import { sleep } from './peer.mjs';
import { ALERT, CHANGE_CIPHER_SPEC, DATA, HANDSHAKE } from './records.mjs';

const BOTH = ['TLSv1.2', 'TLSv1.3'];
const [V12, V13] = BOTH;
const NO_KEYS = { server: [], client: [] };
const ALL_KEYS = { server: BOTH, client: BOTH };

const NEW_SESSION_TICKET = 4;
/** Longer than a message takes, shorter than a callback's promise is pending (applications.mjs). */
const SOON = 15;
const CLOSE_NOTIFY = Buffer.from([1, 0]);
/** A CertificateRequest of TLS 1.3 with a context of one byte, for ecdsa_secp256r1_sha256 (RFC 8446, 4.3.2). */
const CERTIFICATE_REQUEST = Buffer.from('0d00000c01010008000d000400020403', 'hex');

/** Starts the library and waits until it wants to send a record that is held back. */
async function holdAt(peer, options, isHeld) {
  peer.start({ ...options, mayPass: (bytes) => !isHeld(bytes) });
  await peer.until(({ held }) => held.length > 0);
}

const holdAtFinished = (peer, options) => holdAt(peer, options, (bytes) => peer.isFinished(bytes));

/** Sends half of the record that is held. */
function sendHalf(peer) {
  const [bytes, ...rest] = peer.held;
  const middle = bytes.length >> 1;
  peer.send(bytes.subarray(0, middle));
  peer.held = [bytes.subarray(middle), ...rest];
}

/** Does the handshake of the peer's end. */
async function shakeHands(peer, options) {
  peer.start(options);
  await peer.secure;
  await peer.until(({ hasFinished }) => hasFinished);
}

/** Sends data and waits until our side has answered it, by data or its end. Both ends have then finished the handshake. */
async function ping(peer) {
  const { engine } = peer;
  const answer = new Promise((resolve) => engine.once('data', resolve).once('end', resolve));
  engine.write('ping');
  await Promise.race([answer, peer.until(() => false)]);
}

async function converse(peer, options) {
  await shakeHands(peer, options);
  await ping(peer);
}

/** The same, but holds back the library's reaction to the answer. */
async function provoke(peer, options) {
  await shakeHands(peer, options);
  const count = peer.passed.length;
  peer.mayPass = () => peer.passed.length === count;
  await ping(peer);
}

const addToTail = (peer, ...records) => (peer.tail = Buffer.concat([peer.tail, ...records]));
const sealedCloseNotify = (peer) => peer.sealer.seal(ALERT, CLOSE_NOTIFY);

/** More bytes than both kernels and both streams buffer. */
const MUCH = 6 << 20;

/**
 * @typedef {object} State
 * @property {string} id
 * @property {string} title
 * @property {string} application what our side does: its name in applications.mjs
 * @property {(peer: import('./peer.mjs').Peer, options: object) => Promise<unknown>} reach
 * @property {{ server: string[], client: string[] }} keys the versions in which the peer can seal records, by our role
 * @property {'handshake' | 'reading' | 'other'} phase in a handshake only its remaining steps may succeed; an application
 *   that reads must see every failure
 * @property {boolean} [isInRecord] whether half a record is on its way
 * @property {boolean} [isUnread] whether the peer reads nothing
 * @property {boolean} [pilesUp] whether bytes can pile up on our side; there the memory is measured
 * @property {boolean} [endsWrites] whether the peer has ended, so that nothing may follow
 * @property {Record<string, string>} [lacks] why a role, or a version, or a role with a version, does not have it
 */

/** @type {State[]} */
const HANDSHAKE_STATES = [
  {
    id: 'connected',
    title: 'connected',
    application: 'echo',
    phase: 'handshake',
    keys: NO_KEYS,
    reach: async () => {},
  },
  {
    id: 'within-hello',
    title: "within the peer's hello",
    application: 'echo',
    phase: 'handshake',
    keys: NO_KEYS,
    isInRecord: true,
    reach: async (peer, options) => {
      await holdAt(peer, options, () => true);
      sendHalf(peer);
    },
  },
  {
    id: 'after-hello',
    title: 'after ClientHello',
    application: 'echo',
    phase: 'handshake',
    keys: NO_KEYS,
    reach: async (peer, options) => {
      if (!options.isClient) return holdAt(peer, options, () => true);
      peer.start({ ...options, mayPass: () => peer.passed.length === 0 });
      await peer.until(({ passed }) => passed.length === 1);
    },
  },
  {
    id: 'within-flight',
    title: "within the server's flight",
    application: 'echo',
    phase: 'handshake',
    keys: { server: [V13], client: [V13] },
    reach: async (peer, options) => {
      // A client of TLS 1.3 has taken in the flight, one of 1.2 has begun to answer; a server has sent a part.
      const { isClient, version } = options;
      const ofVersion = isClient ? { [V12]: 2, [V13]: 1 } : { [V12]: 2, [V13]: 3 };
      await holdAt(peer, options, () => peer.passed.length >= ofVersion[version]);
    },
  },
  {
    id: 'before-finished',
    title: "before the peer's Finished",
    application: 'echo',
    phase: 'handshake',
    keys: ALL_KEYS,
    reach: holdAtFinished,
  },
  {
    id: 'sni-pending',
    title: 'sniCallback pending',
    pilesUp: true,
    application: 'sniLater',
    phase: 'handshake',
    keys: NO_KEYS,
    lacks: { client: 'a client has no sniCallback' },
    reach: async (peer, options) => {
      peer.start({ ...options, mayPass: () => peer.passed.length === 0 });
      await peer.until(({ passed }) => passed.length === 1);
      await sleep(SOON);
    },
  },
  {
    id: 'verify-pending',
    title: 'verifyCallback pending',
    pilesUp: true,
    application: 'verifyLater',
    phase: 'reading',
    keys: { server: BOTH, client: [V13] },
    reach: async (peer, options) => {
      const { isClient, version } = options;
      peer.start({ ...options, hasCertificate: isClient });
      const hasAsked = () =>
        isClient || version === V13 ? peer.hasFinished : peer.passed.length >= 4;
      await peer.until(hasAsked);
      await sleep(SOON);
    },
  },
  {
    id: 'after-finished',
    title: "with the peer's Finished",
    application: 'echo',
    phase: 'reading',
    keys: ALL_KEYS,
    reach: async (peer, options) => {
      await holdAtFinished(peer, options);
      peer.takeHeld();
    },
  },
];

/** @type {State[]} */
const POST_HANDSHAKE_STATES = [
  {
    id: 'ticket',
    title: 'within a session ticket',
    application: 'echo',
    phase: 'other',
    keys: NO_KEYS,
    isInRecord: true,
    lacks: { server: 'a client sends no tickets' },
    reach: async (peer, options) => {
      const isTicket = (bytes) =>
        options.version === V13
          ? bytes[0] === DATA && peer.hasFinished
          : bytes[0] === HANDSHAKE &&
            bytes[5] === NEW_SESSION_TICKET &&
            peer.passed.every((sent) => sent[0] !== CHANGE_CIPHER_SPEC);
      await holdAt(peer, options, isTicket);
      sendHalf(peer);
    },
  },
  {
    id: 'key-update',
    title: 'with a KeyUpdate',
    application: 'echo',
    phase: 'reading',
    keys: ALL_KEYS,
    lacks: { [V12]: 'TLS 1.2 has no KeyUpdate' },
    reach: async (peer, options) => {
      await converse(peer, options);
      addToTail(peer, peer.sealer.sealKeyUpdate());
    },
  },
  {
    id: 'client-auth',
    title: 'post-handshake authentication',
    application: 'authenticateLater',
    phase: 'reading',
    keys: ALL_KEYS,
    lacks: { [V12]: 'TLS 1.2 has no post-handshake authentication' },
    reach: async (peer, options) => {
      // Our server asks when data has come. Our client is asked by a request made by hand.
      if (options.isClient) return provoke(peer, { ...options, offersPostHandshakeAuth: true });
      await converse(peer, options);
      addToTail(peer, peer.sealer.seal(HANDSHAKE, CERTIFICATE_REQUEST));
    },
  },
];

/** @type {State[]} */
const OPEN_STATES = [
  {
    id: 'data',
    title: 'data',
    pilesUp: true,
    application: 'echo',
    phase: 'reading',
    keys: ALL_KEYS,
    reach: converse,
  },
  {
    id: 'unread-by-peer',
    title: 'backpressure: the peer does not read',
    pilesUp: true,
    application: 'writeMuch',
    phase: 'other',
    isUnread: true,
    keys: ALL_KEYS,
    reach: async (peer, options) => {
      await shakeHands(peer, options);
      peer.socket.pause();
      await sleep(30);
    },
  },
  {
    id: 'unread-by-us',
    title: 'backpressure: our side does not read',
    pilesUp: true,
    application: 'readLater',
    phase: 'reading',
    keys: ALL_KEYS,
    reach: async (peer, options) => {
      await shakeHands(peer, options);
      peer.engine.write(Buffer.alloc(MUCH));
      await sleep(30);
    },
  },
  {
    id: 'close-received',
    title: "with the peer's close_notify",
    application: 'echo',
    phase: 'other',
    endsWrites: true,
    keys: ALL_KEYS,
    reach: async (peer, options) => {
      await converse(peer, options);
      addToTail(peer, sealedCloseNotify(peer));
    },
  },
  {
    id: 'close-sent',
    title: 'our close_notify sent',
    application: 'endAtOnce',
    phase: 'other',
    keys: ALL_KEYS,
    reach: provoke,
  },
  {
    id: 'half-closed',
    title: 'half closed by the peer, we go on writing',
    pilesUp: true,
    application: 'writeAfterEnd',
    phase: 'other',
    endsWrites: true,
    keys: ALL_KEYS,
    reach: async (peer, options) => {
      await shakeHands(peer, options);
      peer.send(sealedCloseNotify(peer));
      await sleep(SOON);
    },
  },
  {
    id: 'unwrap-waits',
    title: 'unwrap waits for close_notify',
    pilesUp: true,
    application: 'unwrapAtData',
    phase: 'other',
    keys: ALL_KEYS,
    reach: provoke,
  },
  {
    id: 'unwrap-answered',
    title: 'data and close_notify, answered by unwrap',
    application: 'unwrapAtData',
    phase: 'other',
    endsWrites: true,
    keys: ALL_KEYS,
    reach: async (peer, options) => {
      await shakeHands(peer, options);
      addToTail(peer, peer.sealer.seal(DATA, Buffer.from('ping')), sealedCloseNotify(peer));
    },
  },
  {
    id: 'http2',
    title: 'handed to http2, without its protocol',
    application: 'http2',
    phase: 'other',
    keys: ALL_KEYS,
    lacks: { client: 'http2 is given the sockets of a server' },
    reach: shakeHands,
  },
  {
    id: 'not-taken',
    title: 'connected, and the promise of connect() not taken yet',
    application: 'takeLater',
    phase: 'reading',
    keys: ALL_KEYS,
    lacks: { server: 'a server gives its sockets by an event' },
    reach: shakeHands,
  },
];

export const STATES = [...HANDSHAKE_STATES, ...OPEN_STATES, ...POST_HANDSHAKE_STATES];
