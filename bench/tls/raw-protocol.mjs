// The protocol of the benchmark's client and server: the first nine bytes of a connection are its kind and, for bulk
// data, the number of bytes.
export const REQUEST = 'r'; // each REQUEST_SIZE bytes are answered by RESPONSE_SIZE
export const DOWN = 'd'; // the server sends that many bytes
export const UP = 'u'; // the client sends that many bytes, and the server answers with one

export const REQUEST_SIZE = 128;
export const RESPONSE_SIZE = 512;
export const CHUNK = 64 * 1024;
const HEADER_SIZE = 9;

export function encodeHeader(kind, size = 0) {
  const header = Buffer.alloc(HEADER_SIZE);
  header.write(kind, 'latin1');
  header.writeBigUInt64BE(BigInt(size), 1);
  return header;
}

/** Returns the header and the remaining bytes, or null while the header is incomplete. */
export function decodeHeader(bytes) {
  if (bytes.length < HEADER_SIZE) return null;
  return {
    kind: bytes.toString('latin1', 0, 1),
    size: Number(bytes.readBigUInt64BE(1)),
    rest: bytes.subarray(HEADER_SIZE),
  };
}
