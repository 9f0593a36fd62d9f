// Connects to the first of a server's addresses that answers.
import { connect, type Socket } from 'node:net';

/** The time after which the next address is tried as well (RFC 8305, 5): a firewall may drop the packets of one of them. */
const DELAY = 250;

class Race {
  readonly #sockets = new Set<Socket>();
  readonly #left: string[];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    addresses: readonly string[],
    private readonly port: number,
    private readonly settle: { resolve: (winner: Socket) => void; reject: (why: unknown) => void },
  ) {
    this.#left = [...addresses];
  }

  /** Tries the next address. */
  next(): void {
    clearTimeout(this.#timer);
    const host = this.#left.shift();
    if (host === undefined) return;
    const socket = connect({ host, port: this.port, noDelay: true });
    const onError = (error: Error): void => this.#lose(socket, error);
    this.#sockets.add(socket);
    socket.once('error', onError).once('connect', () => {
      socket.off('error', onError);
      this.#sockets.delete(socket);
      this.stop();
      this.settle.resolve(socket);
    });
    if (this.#left.length > 0) this.#timer = setTimeout(() => this.next(), DELAY);
  }

  /** Gives up the addresses that have not answered. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#left.length = 0;
    for (const socket of this.#sockets) socket.destroy();
  }

  #lose(socket: Socket, error: Error): void {
    this.#sockets.delete(socket);
    if (this.#left.length > 0) this.next();
    else if (this.#sockets.size === 0) this.settle.reject(error);
  }
}

/** Returns the connected socket. @throws the failure of the last address, or the reason of the signal */
export function connectToAny(
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted(); // its event is over
    const race = new Race(addresses, port, { resolve, reject });
    const onAbort = (): void => {
      race.stop();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    race.next();
  });
}
