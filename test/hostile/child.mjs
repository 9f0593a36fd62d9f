// Our side, in a process of its own: servers or clients with the listeners that the documentation asks for. It takes
// its orders by IPC, and reports for each connection, once, what became of it. Anything unforeseen ends it.
import process from 'node:process';

import * as ssl from 'hermetic-ssl/ssl';

import { APPLICATIONS, LIMIT } from './applications.mjs';

/** Milliseconds for which a connection is watched after its end, to detect duplicate events. */
const AFTERWARDS = 40;
/** Milliseconds between two measurements of the memory. */
const SAMPLE = 50;

/** The controls of the matrix, which the run must detect: an application without an 'error' listener, and one that throws. */
const { HERMETIC_HOSTILE_CONTROL: CONTROL } = process.env;

const send = (message) => process.send(message);

const describe = (error) =>
  error instanceof Error ? String(error.code ?? error.name) : `not an Error: ${String(error)}`;

function fail() {
  throw new Error('the control of the matrix');
}

/** Records the events of one connection, and reports them once it is over. */
class Story {
  #facts = {
    refused: [],
    opened: 0,
    errors: [],
    closes: 0,
    late: 0,
    isIdle: false,
    clearErrors: [],
    unwrapErrors: [],
  };
  #open = new Set();
  #key;
  #isOver = false;
  #isReported = false;

  constructor(key) {
    this.#key = key;
  }

  get wasRefused() {
    return this.#facts.refused.length > 0;
  }

  /** The story goes on until this stream is closed. */
  follow(stream, name) {
    if (stream.closed) return this.end(name);
    this.#open.add(name);
    stream.on('close', () => this.end(name));
  }

  begin(name) {
    this.#open.add(name);
  }

  end(name) {
    if (name === 'socket') this.#facts.closes++;
    this.#open.delete(name);
    this.#look();
  }

  /** Notes the error under the name of one of the facts. */
  note(name, error) {
    this.#facts[name].push(describe(error));
    if (name === 'errors' && this.#facts.closes > 0) this.#facts.late++;
    this.#look();
  }

  /** The application has destroyed a socket without traffic. */
  gaveUp() {
    this.#facts.isIdle = true;
  }

  opened() {
    this.#facts.opened++;
  }

  #look() {
    if (this.#isReported) return this.#report(); // again: this event is too late, which the driver finds out
    if (this.#isOver || this.#open.size > 0) return;
    this.#isOver = true;
    setTimeout(() => this.#report(), AFTERWARDS);
  }

  #report() {
    this.#isReported = true;
    send({ kind: 'story', key: this.#key, facts: this.#facts });
  }
}

function makeContext(name, serverSide, { version, ca, cert, key }) {
  const protocol = serverSide ? ssl.PROTOCOL_TLS_SERVER : ssl.PROTOCOL_TLS_CLIENT;
  const context = new ssl.SSLContext(protocol);
  context.loadCertChain({ cert, key });
  context.loadVerifyLocations({ cadata: ca });
  context.minimumVersion = context.maximumVersion =
    version === 'TLSv1.2' ? ssl.TLSVersion.TLSv1_2 : ssl.TLSVersion.TLSv1_3;
  APPLICATIONS[name].prepare?.(context, serverSide);
  return context;
}

function handOver(name, socket, story) {
  const { isHanded = false, limit = LIMIT, use: application } = APPLICATIONS[name];
  if (!isHanded) {
    if (CONTROL !== 'deaf') socket.on('error', (error) => story.note('errors', error));
    if (CONTROL === 'throws') socket.on('error', () => fail());
    socket.setTimeout(limit, () => {
      story.gaveUp();
      socket.destroy();
    });
  }
  application(socket, story);
}

/**
 * The stories of a server's connections, by the port of the client. One that has left already has no port; one port may
 * have connections to several servers.
 */
class Stories {
  #name;
  #byPort = new Map();
  #nameless = [];

  constructor(name) {
    this.#name = name;
  }

  begin(transport) {
    const port = transport.remotePort ?? null;
    const key = port === null ? null : `${this.#name} ${port}`;
    const story = new Story(key);
    if (port === null) this.#nameless.push(story);
    else this.#byPort.set(port, story);
    story.follow(transport, 'transport');
    send({ kind: 'accepted', key });
  }

  of(socket) {
    return (
      this.#byPort.get(socket.remotePort) ??
      this.#nameless.find(({ wasRefused }) => !wasRefused) ??
      this.#nameless.at(-1)
    );
  }
}

async function startServer(name, options) {
  const { allowHalfOpen = false, limit = LIMIT } = APPLICATIONS[name];
  const context = makeContext(name, true, options);
  const stories = new Stories(name);
  const server = ssl.createServer({ context, allowHalfOpen, handshakeTimeout: limit }, (socket) => {
    const story = stories.of(socket);
    story.opened();
    story.follow(socket, 'socket');
    handOver(name, socket, story);
  });
  server.prependListener('connection', (transport) => stories.begin(transport));
  server.on('tlsClientError', (error, socket) => {
    const story = stories.of(socket);
    story.follow(socket, 'socket');
    story.note('refused', error);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
}

async function startServers(options) {
  const ports = {};
  for (const name of Object.keys(APPLICATIONS)) ports[name] = await startServer(name, options);
  send({ kind: 'ready', ports });
}

const contexts = {};
let settings;

function startClients(options) {
  settings = options;
  send({ kind: 'ready', ports: {} });
}

function connectTo(port, name) {
  const context = (contexts[name] ??= makeContext(name, false, settings));
  const { allowHalfOpen = false, limit = LIMIT } = APPLICATIONS[name];
  const target = { host: '127.0.0.1', port, serverHostname: 'localhost' };
  return ssl.connect({ ...target, context, allowHalfOpen, timeout: limit });
}

async function runClient({ key, port, name }) {
  const { takesAfter } = APPLICATIONS[name];
  const story = new Story(key);
  story.begin('promise');
  try {
    const connected = connectTo(port, name);
    const wait = new Promise((resolve) => setTimeout(resolve, takesAfter ?? 0));
    // As an application that connects to two servers at once.
    const [socket] =
      takesAfter === undefined ? [await connected] : await Promise.all([connected, wait]);
    story.opened();
    story.begin('socket');
    if (socket.closed) setImmediate(() => story.end('socket')); // its error comes with the first listener
    else story.follow(socket, 'socket');
    handOver(name, socket, story);
  } catch (error) {
    story.note('refused', error);
  }
  story.end('promise');
}

/** A client that finds a decent server. */
async function runGoodClient({ key, port, text }) {
  const socket = await connectTo(port, 'decent');
  const answerWith = (answer) => send({ kind: 'good', key, answer });
  socket.on('error', (error) => answerWith(String(error)));
  const chunks = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('end', () => answerWith(Buffer.concat(chunks).toString()));
  socket.end(text);
}

let sampling;
let most = 0;

/** The memory without garbage, where the runtime allows collecting it: buffers that were read and dropped do not count. */
function memoryNow() {
  globalThis.gc?.();
  globalThis.Bun?.gc(true);
  return process.memoryUsage().rss;
}

function watchMemory() {
  const before = (most = memoryNow());
  sampling = setInterval(() => (most = Math.max(most, memoryNow())), SAMPLE);
  send({ kind: 'memory', before });
}

function reportMemory() {
  clearInterval(sampling);
  send({ kind: 'memory', most });
}

const ORDERS = {
  server: startServers,
  client: startClients,
  connect: runClient,
  good: runGoodClient,
  watchMemory,
  reportMemory,
  exit: () => process.exit(),
};

process.on('warning', ({ name, message }) =>
  send({ kind: 'warning', text: `${name}: ${message}` }),
);
process.on('message', ({ order, ...options }) => void ORDERS[order](options));
process.on('disconnect', () => process.exit());
