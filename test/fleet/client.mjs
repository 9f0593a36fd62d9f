// The clients of the run: connections that offer sessions of earlier ones, chosen at random from all ages.
import * as ssl from 'hermetic-ssl/ssl';

import { MAY, MUST, MUST_NOT, ruleFor } from './rules.mjs';

const VERSIONS = {
  'TLSv1.2': ssl.TLSVersion.TLSv1_2,
  'TLSv1.3': ssl.TLSVersion.TLSv1_3,
};
const REQUEST = 'GET / HTTP/1.0\r\n\r\n';
const CONNECTION_SECONDS = 30;
/** Of so many connections one offers a session that has to be refused. */
const CONTROL_EVERY = 50;
/** Of so many connections one offers nothing, so that sessions do not run out. */
const FRESH_EVERY = 40;

const now = () => (performance.timeOrigin + performance.now()) / 1000;

/** Connects once, and returns the server's answer. */
async function visit(context, port, session) {
  const from = now();
  const socket = await ssl.connect({
    ...{ host: '127.0.0.1', port, serverHostname: 'localhost' },
    ...{ context, session, timeout: CONNECTION_SECONDS * 1000 },
  });
  const handshake = now() - from;
  const { sessionReused: reused } = socket;
  const chunks = [];
  await new Promise((resolve, reject) => {
    socket
      .on('error', reject)
      .on('data', (chunk) => chunks.push(chunk))
      .on('end', resolve);
    socket.write(REQUEST);
  });
  const made = socket.session;
  socket.destroy();
  const text = Buffer.concat(chunks).toString();
  const answer = JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4));
  return { ...answer, from, until: now(), handshake, reused: reused ?? false, session: made };
}

/** The connections of one way of sharing under one version, and the sessions that they can offer. */
export class Lane {
  counts = { must: 0, may: 0, mustNot: 0, fresh: 0, refused: 0, wronglyResumed: 0, failed: 0 };
  /** Seconds that the handshakes took: [when, how long]. */
  handshakes = [];
  problems = [];
  #kind;
  #version;
  #port;
  #context;
  #facts;
  #most;
  #offers = [];
  /** Sessions that servers must refuse. */
  #past = [];
  #numVisits = 0;

  constructor({ kind, version, port, ca, facts, mostSessions }) {
    this.#kind = kind;
    this.#version = version;
    this.#port = port;
    this.#facts = facts;
    this.#most = mostSessions;
    this.#context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
    this.#context.loadVerifyLocations({ cadata: ca });
    this.#context.minimumVersion = this.#context.maximumVersion = VERSIONS[version];
  }

  get name() {
    return `${this.#kind}, ${this.#version}`;
  }

  /** Makes one connection and judges it. */
  async step() {
    this.#numVisits += 1;
    const offer = this.#choose();
    try {
      const met = await visit(this.#context, this.#port, offer?.session ?? null);
      this.handshakes.push([met.from, met.handshake]);
      if (offer === null) this.counts.fresh += 1;
      else this.#judge(offer, met);
      this.#keep(offer, met);
    } catch (error) {
      this.counts.failed += 1;
      this.#report(`failed: ${error.message}`);
    }
  }

  /** Takes an offer out of the list, or returns null for a connection without a session. */
  #choose() {
    const isControl = this.#numVisits % CONTROL_EVERY === 0 && this.#past.length > 0;
    if (isControl) return this.#past.splice(this.#random(this.#past), 1)[0];
    const isFew = this.#offers.length < this.#most / 2 && this.#numVisits % 4 === 0;
    if (isFew || this.#numVisits % FRESH_EVERY === 0) return null;
    const [offer] = this.#offers.splice(this.#random(this.#offers), 1);
    return offer ?? null;
  }

  #random(list) {
    return Math.floor(Math.random() * list.length);
  }

  #judge(offer, met) {
    const rule = ruleFor(offer, met, this.#facts);
    const { counts } = this;
    if (rule === MAY) counts.may += 1;
    if (rule === MUST) counts.must += 1;
    if (rule === MUST_NOT) counts.mustNot += 1;
    const isRefused = rule === MUST && !met.reused;
    const isWrong = rule === MUST_NOT && met.reused;
    if (isRefused) counts.refused += 1;
    if (isWrong) counts.wronglyResumed += 1;
    if (isRefused || isWrong)
      this.#report(
        `${isRefused ? 'refused' : 'resumed'}: ${describe(offer.made)} -> ${describe(met)}`,
      );
  }

  /** A session can be offered again, unless it is used once; a new ticket can be offered too. */
  #keep(offer, met) {
    if (offer !== null) this.#keepAgain({ ...offer, numUses: offer.numUses + 1 }, met);
    const isSameTicket = met.reused && this.#version === 'TLSv1.2';
    if (met.session === null || isSameTicket) return;
    this.#add({
      kind: this.#kind,
      version: this.#version,
      made: met,
      session: met.session,
      numUses: 0,
    });
    delete met.session;
  }

  #keepAgain(offer, met) {
    const isOnce = this.#kind === 'store' && this.#version === 'TLSv1.3';
    if (isOnce && !met.reused) return; // perhaps taken, perhaps not
    const rule = ruleFor(offer, met, this.#facts);
    if (rule === MUST_NOT) this.#addPast(offer);
    else this.#add(offer);
  }

  #add(offer) {
    if (this.#offers.length < this.#most) this.#offers.push(offer);
    else this.#offers[this.#random(this.#offers)] = offer;
  }

  #addPast(offer) {
    if (this.#past.length < 100) this.#past.push(offer);
    else this.#past[this.#random(this.#past)] = offer;
  }

  #report(text) {
    if (this.problems.length >= 20) return;
    this.problems.push(`${this.name}: ${text}`);
    process.stderr.write(`${this.name}: ${text}\n`);
  }
}

const describe = ({ server, seconds, from }) =>
  `${server} at ${seconds.toFixed(2)} (here ${from.toFixed(2)})`;
