// The types of requests and responses that HTTP/1.1 and HTTP/2 share.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

export type Request = IncomingMessage | Http2ServerRequest;
export type Response = ServerResponse | Http2ServerResponse;
export type Handler = (request: Request, response: Response) => void | Promise<void>;

type Headers = Readonly<Record<string, string | number>>;

/** Writes the head. The two classes declare it differently. */
export function writeHead(response: Response, status: number, headers: Headers): void {
  (response as ServerResponse).writeHead(status, headers);
}

/** Writes a whole response. */
export function respond(
  request: Request,
  response: Response,
  status: number,
  headers: Headers,
  body: string,
): void {
  // prettier-ignore
  writeHead(response, status, { ...headers, 'content-length': Buffer.byteLength(body) });
  if (request.method === 'HEAD') response.end();
  else response.end(body);
}

/** Writes a response of one line of text. */
export function respondText(
  request: Request,
  response: Response,
  status: number,
  text: string,
  headers: Headers = {},
): void {
  // prettier-ignore
  respond(request, response, status, { 'content-type': 'text/plain; charset=utf-8', ...headers }, `${text}\n`); // prettier-ignore
}
