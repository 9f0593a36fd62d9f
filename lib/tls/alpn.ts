// convertALPNProtocols: lists of application protocols in the form of a ClientHello (RFC 7301, 3.1).
import { invalidValue, outOfRangeText } from './errors.js';
import { NODE_MAJOR } from './runtime.js';

const LONGEST = 255;

function encode(protocols: readonly string[]): Buffer {
  const parts = protocols.map((protocol, i) => {
    const name = Buffer.from(protocol);
    if (name.length === 0)
      throw invalidValue(`protocols[${i}]`, protocol, 'must be a non-empty string');
    if (name.length > LONGEST)
      throw outOfRangeText(
        `The byte length of the protocol at index ${i} exceeds the maximum length.`,
        `<= ${LONGEST}`,
        name.length,
      );
    return Buffer.concat([Buffer.of(name.length), name]);
  });
  return Buffer.concat(parts);
}

/** Throws unless the bytes are a list of lengths, each followed by so many bytes. A connection never begins without this check. */
export function requireWire(bytes: Buffer): void {
  for (let offset = 0; offset < bytes.length;) {
    const length = bytes[offset]!;
    if (length === 0)
      throw invalidValue('ALPNProtocols', bytes, 'must not contain zero-length protocol');
    offset += 1 + length;
    if (offset > bytes.length)
      throw invalidValue('ALPNProtocols', bytes, 'contains truncated protocol');
  }
}

/** Sets `out.ALPNProtocols` to a copy of the list in wire format. Another value is ignored. */
export function convertALPNProtocols(protocols: unknown, out: { ALPNProtocols?: unknown }): void {
  if (Array.isArray(protocols)) {
    out.ALPNProtocols = encode(protocols as string[]);
  } else if (ArrayBuffer.isView(protocols)) {
    const { buffer, byteOffset, byteLength } = protocols;
    const bytes = Buffer.from(Buffer.from(buffer, byteOffset, byteLength));
    if (NODE_MAJOR >= 24) requireWire(bytes); // earlier versions copy any bytes
    out.ALPNProtocols = bytes;
  }
}

/** Returns the names of a list in wire format. */
export function alpnNames(wire: Buffer): string[] {
  const names: string[] = [];
  for (let offset = 0; offset < wire.length;) {
    const end = offset + 1 + wire[offset]!;
    names.push(wire.toString('latin1', offset + 1, end));
    offset = end;
  }
  return names;
}
