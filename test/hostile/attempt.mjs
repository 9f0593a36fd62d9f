// One connection of a cell: reaches the state, acts, and returns the story that our side reports of it.
import net from 'node:net';

import { within } from './our-side.mjs';
import { Peer, sleep, turn } from './peer.mjs';

/** Milliseconds to reach a state, and to end a connection: after that it counts as hanging. */
const REACH = 5_000;
const HANGS = 20_000;
/** How long to wait for a connection that our side may never have seen. */
const UNSEEN = 300;
/** How long our side may keep a transport after its socket has closed, so that an alert arrives. */
const LINGERS = 10_000;
/** Bytes of a drip that is cut. */
const DRIPS = 90;

/** Thrown if the state was not reached, so that the cell has no result. */
export class NotReached extends Error {}

/** Opens a connection to a server of our side; its story is known by the port of the peer. */
async function openToServer(side, { state, version }) {
  const socket = net.connect({
    host: '127.0.0.1',
    port: side.ports[state.application],
    allowHalfOpen: true,
  });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  socket.removeAllListeners('error');
  const key = `${state.application} ${socket.localPort}`;
  return { peer: new Peer(socket, { version, isClient: true }), key, close: () => {} };
}

let clients = 0;

/** Makes our side connect to a server of the peer's. */
async function openToClient(side, { state, version }) {
  const server = net.createServer({ allowHalfOpen: true });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const accepted = new Promise((resolve) => server.once('connection', resolve));
  const key = ++clients;
  side.order('connect', { key, port: server.address().port, name: state.application });
  const close = () => server.close();
  const socket = await within(accepted, REACH, 'connecting').catch((error) => {
    close();
    throw error;
  });
  return { peer: new Peer(socket, { version, isClient: false }), key, close };
}

/** Collects the reports of our side about one connection, until `stop` is called. */
function listen(side, key) {
  const stories = [];
  let stop;
  const isOver = new Promise((resolve, reject) => {
    const onStory = (message) => {
      if (message.key !== key) return;
      stories.push(message.facts);
      resolve();
    };
    const onExit = (why) => reject(new Error(why));
    side.on('story', onStory).on('exit', onExit);
    stop = () => side.off('story', onStory).off('exit', onExit);
  });
  isOver.catch(() => {});
  return { isOver, stories, stop };
}

const reset = (socket) => (socket.destroyed ? undefined : socket.resetAndDestroy());

const DELAYS = [() => Promise.resolve(), turn, () => sleep(2)];
/** How often a cell with an ending is run: a reset meets our side at another moment each time. */
export const attemptsOf = ({ ending }) => (ending === 'RST' ? DELAYS.length : 1);

async function leave({ peer, cell: { action, ending, state }, attempt }) {
  const { socket } = peer;
  if (ending === 'RST') {
    await DELAYS[attempt]();
    return reset(socket);
  }
  if (ending === 'FIN') socket.end();
  if (!action.isUnread && !state.isUnread) socket.resume();
}

async function act(peer, { action, ending }, options) {
  if (action.isUnread) peer.socket.pause();
  if (action.act !== undefined)
    return action.act(peer, options, ending === 'stays' ? Infinity : DRIPS);
  peer.send(Buffer.concat([peer.tail, action.bytes(peer)]));
}

/** Returns whether our side has released its transport after the socket has closed. */
async function hasLetGo(peer) {
  const { socket } = peer;
  if (socket.destroyed) return true;
  const over = new Promise((resolve) => socket.once('end', resolve).once('close', resolve));
  peer.discard();
  if (socket.readableEnded) return true;
  return within(over, LINGERS, 'the end of the transport').then(
    () => true,
    () => false,
  );
}

/** Returns whether the peer may leave before our side has accepted it, so that our side never reports it. */
const mayStayUnseen = ({ role, state, ending }, attempt) =>
  role === 'server' && state.id === 'connected' && ending === 'RST' && attempt === 0;

/**
 * @param {import('./our-side.mjs').OurSide} side
 * @param {object} cell
 * @param {{ material: object, attempt: number }} options
 * @returns {Promise<{ facts: object, reports: number, hasLetGo: boolean } | null>} null if the peer left before
 *   our side accepted it
 * @throws NotReached; Error when our side has ended or hangs
 */
export async function runAttempt(side, cell, { material, attempt }) {
  const open = cell.role === 'server' ? openToServer : openToClient;
  const { peer, key, close } = await open(side, cell);
  const { isOver, stories, stop } = listen(side, key);
  try {
    const isUnseen = mayStayUnseen(cell, attempt);
    if (peer.isClient && !isUnseen) await side.accepted(key);
    const options = { material, version: cell.version, isClient: peer.isClient };
    await reach(peer, cell, options);
    await act(peer, cell, options);
    await leave({ peer, cell, attempt });
    await within(isOver, isUnseen ? UNSEEN : HANGS, 'the end of the connection').catch((error) => {
      if (!isUnseen || side.ended !== null) throw error;
    });
    if (stories.length === 0) return null;
    return { facts: stories.at(-1), hasLetGo: await hasLetGo(peer), reports: stories.length };
  } finally {
    stop();
    peer.close();
    close();
  }
}

async function reach(peer, { state }, options) {
  try {
    await within(state.reach(peer, options), REACH, `the state ${state.id}`);
  } catch (error) {
    throw new NotReached(error.message);
  }
  if (peer.socket.destroyed) throw new NotReached('the connection ended on the way');
}
