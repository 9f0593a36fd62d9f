// The decisions of a server at the ClientHello: the stored session, SNICallback and addContext, the OCSP response, and
// ALPNCallback. Each of the first three may be answered later, but once.
import { isRecord, unwrap } from '../errors.js';
import { binding, type ClientHello } from '../internal/native/binding.js';
import { alpnNames } from './alpn.js';
import { facadeOf, type ContextFacade } from './context-facade.js';
import { invalidAlpnResult, invalidContext, tlsError } from './errors.js';
import { STATE, type TLSSocketLike } from './socket-state.js';

type Answer = (error: unknown, value?: unknown) => void;

/** Asks the application. Only an answer fulfills the promise: an error destroys the socket, and with it the handshake. */
function ask(socket: TLSSocketLike, call: (answer: Answer) => void): Promise<unknown> {
  return new Promise((resolve) => {
    let isAnswered = false;
    const answer: Answer = (error, value) => {
      if (isAnswered) return void socket.destroy(tlsError('ERR_MULTIPLE_CALLBACK'));
      isAnswered = true;
      if (error) return void socket.destroy(error as Error);
      if (socket.destroyed) return void socket.destroy(tlsError('ERR_SOCKET_CLOSED'));
      resolve(value);
    };
    try {
      call(answer);
    } catch (error) {
      socket.destroy(error as Error);
    }
  });
}

/** A session of TLS 1.3 is identified by 32 bytes if the server stores it. */
const ID_LENGTH = 32;

/** The id of the session that the server may have stored; null without such an offer. */
function storedId({ sessionId, hasTicket, pskIdentities }: ClientHello): Buffer | null {
  const modern = pskIdentities.find(({ length }) => length === ID_LENGTH);
  if (modern !== undefined) return modern;
  return sessionId.length > 0 && !hasTicket ? sessionId : null;
}

async function resume(socket: TLSSocketLike, hello: ClientHello): Promise<void> {
  const { server, [STATE]: state } = socket;
  const id = storedId(hello);
  if (id === null || server === undefined || server.listenerCount('resumeSession') === 0) return;
  const der = await ask(socket, (answer) => void server.emit('resumeSession', id, answer));
  if (!Buffer.isBuffer(der) || state.connection === null) return;
  const failure = binding.connectionSetStoredSession(state.connection.handle, der);
  // Bytes that are not a session mean a full handshake, as in node:tls.
  if (isRecord(failure) && failure.nativeError !== 'ssl') unwrap(failure);
}

/** Returns the context that the application has chosen; null for the server's own. */
async function chooseContext(socket: TLSSocketLike, name: string): Promise<ContextFacade | null> {
  const context = await ask(socket, (answer) => socket._SNICallback?.(name, answer));
  if (!context) return null;
  const facade = facadeOf(context);
  if (facade === null) throw new Error('Invalid SNI context', { cause: invalidContext('context') });
  socket[STATE].connection?.useContext(facade.ssl);
  return facade;
}

async function staple(socket: TLSSocketLike, chosen: ContextFacade | null): Promise<void> {
  const { server, [STATE]: state } = socket;
  if (server === undefined || server.listenerCount('OCSPRequest') === 0) return;
  const facade = chosen ?? state.context;
  const certificates = [facade.getCertificate(), facade.getIssuer()];
  const der = await ask(
    socket,
    (answer) => void server.emit('OCSPRequest', ...certificates, answer),
  );
  if (Buffer.isBuffer(der) && state.connection !== null)
    unwrap(binding.connectionSetOcspResponse(state.connection.handle, der));
}

function chooseProtocol(socket: TLSSocketLike, hello: ClientHello): void {
  const { ALPNCallback } = socket._tlsOptions;
  const { connection } = socket[STATE];
  if (!ALPNCallback || hello.alpnProtocols.length === 0 || connection === null) return;
  const protocols = alpnNames(hello.alpnProtocols);
  const call = ALPNCallback as (this: unknown, offer: object) => unknown;
  const chosen = call.call(socket, { servername: socket.servername || undefined, protocols });
  if (chosen !== undefined && !protocols.includes(chosen as string))
    throw invalidAlpnResult(chosen, protocols);
  // A protocol that no client offers refuses them all.
  const name = chosen === undefined ? Buffer.of(1, 0) : wireOf(chosen as string);
  unwrap(binding.connectionSetAlpn(connection.handle, name, true));
}

const wireOf = (name: string): Buffer =>
  Buffer.concat([Buffer.of(name.length), Buffer.from(name, 'latin1')]);

const isAsynchronous = ({ server, _SNICallback }: TLSSocketLike): boolean =>
  _SNICallback !== null ||
  (server !== undefined &&
    (server.listenerCount('resumeSession') > 0 || server.listenerCount('OCSPRequest') > 0));

/** Whether a server's connection has to stop at the ClientHello. */
export const stopsAtHello = (socket: TLSSocketLike): boolean =>
  socket[STATE].isServer && (Boolean(socket._tlsOptions.ALPNCallback) || isAsynchronous(socket));

async function decide(socket: TLSSocketLike, hello: ClientHello): Promise<void> {
  await resume(socket, hello);
  const name = socket.servername || null;
  const isAsked = name !== null && socket._SNICallback !== null;
  const chosen = isAsked ? await chooseContext(socket, name) : null;
  if (hello.requestsOcspResponse) await staple(socket, chosen);
  chooseProtocol(socket, hello);
}

/** Never fulfilled: a socket that was destroyed answers nothing. */
const never = new Promise<never>(() => undefined);

/** The engine's callback for every ClientHello. An error destroys the socket, as in node:tls. */
export function answerHello(socket: TLSSocketLike, name: string | null): Promise<void> | undefined {
  socket.servername = name ?? false;
  const { connection } = socket[STATE];
  const hello = connection && unwrap(binding.connectionClientHello(connection.handle));
  if (hello === null) return undefined;
  return decide(socket, hello).catch((error: unknown) => {
    socket.destroy(error as Error);
    return never;
  });
}

/** The form of a server's own callback, which looks into the table of `addContext`. */
export interface ContextTable {
  readonly _contexts: readonly (readonly [pattern: RegExp, context: unknown])[];
}

/** Answers with the context that was added last for a pattern that fits; letters of either case fit (CVE-2026-48928). */
export function findContext(
  { _contexts }: ContextTable,
  name: string,
  answer: (error: null, context?: unknown) => void,
): void {
  answer(null, _contexts.findLast(([pattern]) => pattern.test(name))?.[1]);
}
