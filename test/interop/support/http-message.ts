/** HTTP/1.1 by hand, for peers that speak nothing else: one request on a connection, its answer up to the close. */

/** A POST whose body is what an echoing peer would be sent. */
export function httpRequest(body: Uint8Array, path = '/echo'): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    'Content-Type: application/octet-stream',
    `Content-Length: ${body.length}`,
    'Connection: close',
    '\r\n',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(head), body]);
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** Reads an answer whose body ends with the connection, or has a length. */
export function readHttpAnswer(bytes: Buffer): HttpAnswer {
  const end = bytes.indexOf('\r\n\r\n');
  const head = bytes.subarray(0, Math.max(end, 0)).toString('latin1');
  const body = end < 0 ? Buffer.alloc(0) : bytes.subarray(end + 4);
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  if (length !== undefined && Number(length) !== body.length)
    throw new Error(`an HTTP body of ${length} bytes came with ${body.length}`);
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0), body };
}
