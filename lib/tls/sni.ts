// The decisions of a server at the ClientHello: the stored session, SNICallback and addContext, the OCSP response, and
// ALPNCallback. Each of the first three may be answered later, but once.
import { isRecord, unwrap } from '../errors.js';
import { binding, type ClientHello } from '../internal/native/binding.js';
import { alpnNames } from './alpn.js';
import { facadeOf, type ContextFacade } from './context-facade.js';
import { invalidAlpnResult, invalidContext, tlsError } from './errors.js';
import { STATE, type SocketOptions, type TLSSocketLike } from './socket-state.js';

type Answer = (error: unknown, value?: unknown) => void;

/**
 * Returns a promise that is never fulfilled: a socket that was destroyed answers nothing. Each is a new one, since a promise
 * keeps alive everything that waits for it.
 */
const never = (): Promise<never> => new Promise(() => undefined);

/** Calls `use` at once, or when the promise is fulfilled: most answers are there when the application returns. */
function after<T, R>(value: T | Promise<T>, use: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(use) : use(value);
}

/**
 * Asks the application, and returns its answer or the promise of one. Only an answer fulfills the promise: an error destroys
 * the socket, and with it the handshake.
 */
function ask(socket: TLSSocketLike, call: (answer: Answer) => void): unknown {
  let answered: { readonly value: unknown } | null = null;
  let resolve: ((value: unknown) => void) | null = null;
  const answer: Answer = (error, value) => {
    if (answered !== null) return void socket.destroy(tlsError('ERR_MULTIPLE_CALLBACK'));
    answered = { value };
    if (error) return void socket.destroy(error as Error);
    if (socket.destroyed) return void socket.destroy(tlsError('ERR_SOCKET_CLOSED'));
    resolve?.(value);
  };
  try {
    call(answer);
  } catch (error) {
    socket.destroy(error as Error);
  }
  if (socket.destroyed) return never();
  const now = answered as { readonly value: unknown } | null;
  if (now !== null) return now.value;
  return new Promise((fulfill) => {
    resolve = fulfill;
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

function resume(socket: TLSSocketLike, hello: ClientHello): void | Promise<void> {
  const { server } = socket;
  if (server === undefined || server.listenerCount('resumeSession') === 0) return;
  const id = storedId(hello);
  if (id === null) return;
  const der = ask(socket, (answer) => void server.emit('resumeSession', id, answer));
  return after(der, (bytes) => useSession(socket, bytes));
}

function useSession({ [STATE]: state }: TLSSocketLike, der: unknown): void {
  if (!Buffer.isBuffer(der) || state.connection === null) return;
  const failure = binding.connectionSetStoredSession(state.connection.handle, der);
  // Bytes that are not a session mean a full handshake, as in node:tls.
  if (isRecord(failure) && failure.nativeError !== 'ssl') unwrap(failure);
}

/** Returns the context that the application chooses; null for the server's own. */
function chooseContext(
  socket: TLSSocketLike,
): ContextFacade | null | Promise<ContextFacade | null> {
  const name = socket.servername || null;
  if (name === null || socket._SNICallback === null) return null;
  const context = ask(socket, (answer) => socket._SNICallback?.(name, answer));
  return after(context, (chosen) => useContext(socket, chosen));
}

function useContext(socket: TLSSocketLike, context: unknown): ContextFacade | null {
  if (!context) return null;
  const facade = facadeOf(context);
  if (facade === null) throw new Error('Invalid SNI context', { cause: invalidContext('context') });
  socket[STATE].connection?.useContext(facade.ssl);
  return facade;
}

function staple(
  socket: TLSSocketLike,
  hello: ClientHello,
  chosen: ContextFacade | null,
): void | Promise<void> {
  const { server, [STATE]: state } = socket;
  if (!hello.requestsOcspResponse || !server || server.listenerCount('OCSPRequest') === 0) return;
  const facade = chosen ?? state.context;
  const certificates = [facade.getCertificate(), facade.getIssuer()];
  const response = ask(
    socket,
    (answer) => void server.emit('OCSPRequest', ...certificates, answer),
  );
  return after(response, (der) => {
    if (Buffer.isBuffer(der) && state.connection !== null)
      unwrap(binding.connectionSetOcspResponse(state.connection.handle, der));
  });
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

function decide(socket: TLSSocketLike, hello: ClientHello): void | Promise<void> {
  return after(resume(socket, hello), () =>
    after(chooseContext(socket), (chosen) =>
      after(staple(socket, hello, chosen), () => chooseProtocol(socket, hello)),
    ),
  );
}

/** The engine's callback for every ClientHello. An error destroys the socket, as in node:tls. */
export function answerHello(socket: TLSSocketLike, name: string | null): void | Promise<void> {
  socket.servername = name ?? false;
  const { connection } = socket[STATE];
  const hello = connection && unwrap(binding.connectionClientHello(connection.handle));
  if (hello === null) return undefined;
  const fail = (error: unknown): Promise<never> => {
    socket.destroy(error as Error);
    return never();
  };
  try {
    const decided = decide(socket, hello);
    return decided instanceof Promise ? decided.catch(fail) : decided;
  } catch (error) {
    return fail(error);
  }
}

function answerFromTable(
  this: TLSSocketLike,
  name: string,
  answer: (error: null, context?: unknown) => void,
): void {
  const { _contexts = [] } = this.server ?? {};
  answer(null, _contexts.findLast(([pattern]) => pattern.test(name))?.[1]);
}

/**
 * The callback of a server without one of its own, called as a method of its socket: answers with the context that was added
 * last for a pattern that fits; letters of either case fit (CVE-2026-48928).
 */
export const findContext = answerFromTable;

/** Returns the callback of a server's socket; null if it can only choose the server's own context, as in Node. */
export function sniCallbackOf({
  SNICallback,
  server,
}: SocketOptions): TLSSocketLike['_SNICallback'] {
  const isUnused = SNICallback === findContext && (server?._contexts ?? []).length === 0;
  return isUnused ? null : (SNICallback as TLSSocketLike['_SNICallback']);
}
