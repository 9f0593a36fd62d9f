// A clear conversation before TLS: reads bytes and lines from a socket, and gives the socket back without a listener.
import type { Socket } from 'node:net';

const MOST = 1 << 16;

/** The server's answer does not allow TLS. */
export class StartTlsError extends Error {
  readonly code = 'ERR_STARTTLS';
}

export class Conversation {
  #received = Buffer.alloc(0);

  constructor(
    readonly socket: Socket,
    readonly protocol: string,
  ) {}

  /** Returns what `find` makes of the received bytes, as [value, bytes used], once it returns anything. */
  read<T>(find: (received: Buffer) => readonly [T, number] | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const { socket } = this;
      const done = (): void => {
        socket.off('readable', look).off('error', fail).off('end', end);
      };
      const fail = (error: Error): void => {
        done();
        reject(error);
      };
      const end = (): void => fail(this.failure('the server closed the connection'));
      const look = (): void => {
        const chunk = socket.read() as Buffer | null;
        if (chunk !== null) this.#received = Buffer.concat([this.#received, chunk]);
        const found = find(this.#received);
        if (found === undefined) {
          if (this.#received.length > MOST) fail(this.failure('the server’s answer is too long'));
          return;
        }
        done();
        this.#received = this.#received.subarray(found[1]);
        resolve(found[0]);
      };
      socket.on('readable', look).on('error', fail).on('end', end);
      look();
    });
  }

  /** Returns the next line without its end. */
  line(): Promise<string> {
    return this.read((received) => {
      const end = received.indexOf('\n');
      if (end === -1) return undefined;
      return [received.toString('latin1', 0, end).replace(/\r$/, ''), end + 1];
    });
  }

  /** Returns the lines of one reply with a code of three digits: "250-" continues, "250 " ends it (RFC 5321, 4.2.1). */
  async reply(): Promise<string[]> {
    const lines: string[] = [];
    do lines.push(await this.line());
    while (!/^\d{3}(?: |$)/.test(lines.at(-1) ?? ''));
    return lines;
  }

  write(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  failure(what: string): StartTlsError {
    return new StartTlsError(`${this.protocol}: ${what}`);
  }

  /** Ends the conversation. Bytes that came before TLS would be taken for the server's first flight (CVE-2011-0411). */
  finish(): void {
    if (this.#received.length > 0)
      throw this.failure('the server sent clear text after it had agreed to TLS');
  }
}
