// The log of `hermetic-ssl serve`: one line for each request, as text or as JSON.
import { paint, type Style } from '../frame/style.js';
import { printable } from '../frame/text.js';
import type { Handler } from './messages.js';

export interface Log {
  /** Prints facts of the server. */
  event(text: string, facts: Readonly<Record<string, unknown>>): void;
  /** Returns the handler with a line for each of its requests. */
  requests(handler: Handler): Handler;
}

const COLOURS: readonly Style[] = ['dim', 'dim', 'green', 'cyan', 'yellow', 'red'];

/** Returns the log. */
export function makeLog({ json, quiet }: { json: boolean; quiet: boolean }): Log {
  const event: Log['event'] = (text, facts) => {
    console.log(json ? JSON.stringify(facts) : text);
  };
  const requests =
    (handler: Handler): Handler =>
    (request, response) => {
      const began = performance.now();
      response.once('close', () => {
        const { method, url = '', httpVersion } = request;
        const { statusCode: status } = response;
        const milliseconds = Math.round((performance.now() - began) * 10) / 10;
        const isComplete = response.writableFinished;
        const time = new Date().toISOString();
        const colour = COLOURS[Math.floor(status / 100)] ?? 'red';
        const note = isComplete ? '' : paint('yellow', '  the client left');
        event(
          `${paint('dim', time.slice(11, 19))}  ${paint(colour, String(status))}  ${String(method).padEnd(4)} ${printable(url)}  ${paint('dim', `${milliseconds} ms, HTTP/${httpVersion}`)}${note}`,
          { time, status, method, url, milliseconds, httpVersion, isComplete },
        );
      });
      return handler(request, response);
    };
  return { event, requests: (handler) => (quiet ? handler : requests(handler)) };
}
