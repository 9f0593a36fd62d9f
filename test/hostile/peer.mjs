// A peer with real TLS that does not send its records itself: node:tls (or hermetic-ssl if node:tls lacks a feature) does
// the handshake over a stream in memory, and this file decides which of its records reach the socket.
import fs from 'node:fs';
import { Duplex } from 'node:stream';
import tls from 'node:tls';

import * as ssl from 'hermetic-ssl/ssl';

import {
  CHANGE_CIPHER_SPEC,
  DATA,
  HANDSHAKE,
  RecordSplitter,
  Sealer12,
  Sealer13,
} from './records.mjs';

const CIPHERS = 'TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256';
/** The place of the random in a hello, behind the headers of record and message and the version. */
const RANDOM = [11, 43];
/** Sealed records of a TLS 1.3 handshake, Finished included: of a client, of one with a certificate, of a server. */
const SEALED = { client: 1, clientWithCertificate: 3, server: 4 };

const isOf = (type) => (bytes) => bytes[0] === type;

export const turn = () => new Promise((resolve) => setImmediate(resolve));
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The stream that the TLS library takes for its transport. */
class Wire extends Duplex {
  #splitter = new RecordSplitter();
  #onRecord;

  constructor(onRecord) {
    super({ allowHalfOpen: true });
    this.#onRecord = onRecord;
  }

  _write(chunk, _encoding, done) {
    for (const bytes of this.#splitter.push(chunk)) this.#onRecord(bytes);
    done();
  }

  _read() {}
}

const secureContexts = new Map();

/** A context of node:tls, made once for each kind of peer. A hostile client does not verify its server. */
function secureContextFor({ version, isClient }, { cert, key }, hasCertificate) {
  const own = !isClient || hasCertificate ? { cert, key } : {};
  const kind = `${version} ${own.cert}`;
  if (!secureContexts.has(kind)) {
    const options = { minVersion: version, maxVersion: version, ciphers: CIPHERS, ...own };
    secureContexts.set(kind, tls.createSecureContext(options));
  }
  return secureContexts.get(kind);
}

export class Peer {
  /** Records that were sent to the socket, and records that are held back. */
  passed = [];
  held = [];
  /** Bytes that belong to the state and are to arrive together with the bytes of the action. */
  tail = Buffer.alloc(0);
  received = [];
  #incoming = new RecordSplitter();
  /** Whether the library's next record goes out. The first that may not stops all that follow. */
  mayPass = () => true;
  #waiting = [];
  #isMuted = false;
  #sealer = null;
  #keys = new Map();
  #keylog = null;
  #hasCertificate = false;

  /**
   * @param {import('node:net').Socket} socket connected
   * @param {{ version: 'TLSv1.2' | 'TLSv1.3', isClient: boolean }} options
   */
  constructor(socket, { version, isClient }) {
    this.socket = socket.setNoDelay(true);
    this.version = version;
    this.isClient = isClient;
    socket.on('error', () => {}); // a hostile peer does not care about its socket
    socket.on('data', (chunk) => {
      this.received.push(...this.#incoming.push(chunk));
      this.wire.push(chunk);
      this.#look();
    });
    socket.once('end', () => this.wire.push(null));
    socket.on('close', () => this.#look());
    socket.pause();
    this.wire = new Wire((bytes) => this.#offer(bytes));
  }

  /** Starts the TLS library. */
  start({ material, hasCertificate = false, offersPostHandshakeAuth = false, mayPass }) {
    if (mayPass !== undefined) this.mayPass = mayPass;
    this.#hasCertificate = hasCertificate;
    this.engine = offersPostHandshakeAuth
      ? this.#startOurs(material)
      : this.#startNode(material, hasCertificate);
    this.engine.on('error', () => {});
    this.engine.on('keylog', (line) => this.#learn(line.toString()));
    const name = this.isClient ? 'secureConnect' : 'secure';
    this.secure = new Promise((resolve) => this.engine.once(name, resolve));
    this.socket.resume();
  }

  #startNode(material, hasCertificate) {
    const secureContext = secureContextFor(this, material, hasCertificate);
    if (!this.isClient) return new tls.TLSSocket(this.wire, { isServer: true, secureContext });
    const transport = { socket: this.wire, servername: 'localhost' };
    return tls.connect({ ...transport, secureContext, rejectUnauthorized: false });
  }

  /** node:tls does not offer post-handshake authentication. */
  #startOurs({ ca, cert, key, folder }) {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
    context.loadVerifyLocations({ cadata: ca });
    context.loadCertChain({ cert, key });
    context.setCiphersuites('TLS_AES_128_GCM_SHA256');
    context.postHandshakeAuth = true;
    this.#keylog = `${folder}/keys-${this.socket.localPort}`;
    context.keylogFilename = this.#keylog;
    return context.wrapSocket(this.wire, { serverHostname: 'localhost' });
  }

  #learn(text) {
    for (const line of text.trim().split('\n')) {
      const [label, random, secret] = line.split(' ');
      this.#keys.set(label, { random, secret: Buffer.from(secret ?? '', 'hex') });
    }
  }

  #offer(bytes) {
    if (this.#isMuted) return;
    if (this.held.length === 0 && this.mayPass(bytes)) return this.#pass(bytes);
    this.held.push(bytes);
    this.#look();
  }

  #pass(bytes) {
    this.passed.push(bytes);
    this.send(bytes);
    this.#look();
  }

  #look() {
    const isOver = this.socket.destroyed;
    this.#waiting = this.#waiting.filter(({ condition, resolve }) => {
      const isDone = isOver || condition(this);
      if (isDone) resolve();
      return !isDone;
    });
  }

  /** Waits until the records that were sent, held and received are as the condition says, or the connection is over. */
  async until(condition) {
    if (!condition(this) && !this.socket.destroyed)
      await new Promise((resolve) => this.#waiting.push({ condition, resolve }));
    await turn(); // the rest of the flight
    await turn();
  }

  send(bytes) {
    if (!this.socket.destroyed && !this.socket.writableEnded) this.socket.write(bytes);
  }

  /** Makes the held records the state's tail: they count as sent. */
  takeHeld() {
    this.passed.push(...this.held);
    this.tail = Buffer.concat(this.held.splice(0));
  }

  /** Whether a record, the next to be sent, is this end's Finished. */
  isFinished(bytes) {
    const { passed, version } = this;
    if (version === 'TLSv1.2')
      return bytes[0] === HANDSHAKE && passed.some(isOf(CHANGE_CIPHER_SPEC));
    return bytes[0] === DATA && passed.filter(isOf(DATA)).length === this.#sealedInHandshake - 1;
  }

  /** The number of records that have been sent since Finished, which is 0; -1 before. */
  get sentSinceFinished() {
    const { passed, version } = this;
    if (version === 'TLSv1.3') return passed.filter(isOf(DATA)).length - this.#sealedInHandshake;
    const change = passed.findIndex(isOf(CHANGE_CIPHER_SPEC));
    return change < 0 ? -1 : passed.length - change - 2;
  }

  get hasFinished() {
    return this.sentSinceFinished >= 0;
  }

  get #sealedInHandshake() {
    if (!this.isClient) return SEALED.server;
    return this.#hasCertificate ? SEALED.clientWithCertificate : SEALED.client;
  }

  /** The first record that this end has made, its hello; null where it has not been made. */
  get hello() {
    return this.passed[0] ?? this.held[0] ?? null;
  }

  /** Seals records by the keys in force. From now on the library sends nothing: it would use the same numbers. */
  get sealer() {
    this.#isMuted = true;
    return (this.#sealer ??= this.#makeSealer());
  }

  #makeSealer() {
    if (this.#keylog !== null) this.#learn(fs.readFileSync(this.#keylog, 'utf8'));
    return this.version === 'TLSv1.2' ? this.#makeSealer12() : this.#makeSealer13();
  }

  #makeSealer12() {
    const { random, secret: master } = this.#keys.get('CLIENT_RANDOM');
    const { isClient, passed, received } = this;
    const [serverHello] = isClient ? received : passed;
    const change = passed.findIndex(isOf(CHANGE_CIPHER_SPEC));
    return new Sealer12({
      master,
      clientRandom: Buffer.from(random, 'hex'),
      serverRandom: serverHello.subarray(...RANDOM),
      isClient,
      sequence: passed.length - change - 1,
    });
  }

  #makeSealer13() {
    const side = this.isClient ? 'CLIENT' : 'SERVER';
    const count = this.passed.filter(isOf(DATA)).length;
    const isDone = count >= this.#sealedInHandshake;
    const label = isDone ? `${side}_TRAFFIC_SECRET_0` : `${side}_HANDSHAKE_TRAFFIC_SECRET`;
    const sequence = isDone ? count - this.#sealedInHandshake : count;
    return new Sealer13({ secret: this.#keys.get(label).secret, sequence });
  }

  /** Sends through `send` the rest of a decent peer's bytes: the rest of the handshake, a little data, its end. */
  goOn(options, send) {
    send(this.tail);
    this.send = send;
    if (this.#isMuted) {
      if (!options.endsWrites) send(this.sealer.seal(DATA, Buffer.from('drip')));
      return;
    }
    if (this.engine === undefined) this.start(options);
    this.mayPass = () => true;
    for (const bytes of this.held.splice(0)) this.#pass(bytes);
    void this.secure.then(() => this.engine.end('drip'));
  }

  /** Reads and discards the input. */
  discard() {
    this.socket.removeAllListeners('data').resume();
  }

  close() {
    this.socket.destroy();
    this.engine?.destroy();
    if (this.#keylog !== null) fs.rmSync(this.#keylog, { force: true });
  }
}
