/** ClientHellos that offer far more pre-shared keys than any client would (RFC 8446, 4.2.11). */

/** The record of a ClientHello whose last extension, pre_shared_key, offers its identity so often, with its binder. */
export function withManyIdentities(record: Buffer, identity: string, count: number): Buffer {
  const at = record.indexOf(identity) - 2; // its length
  const one = record.subarray(at, at + 2 + identity.length + 4);
  const identities = Buffer.concat(Array<Buffer>(count).fill(one));
  const binder = record.subarray(at + one.length + 2);
  const binders = Buffer.concat(Array<Buffer>(count).fill(binder));
  const uint16 = (value: number): Buffer => Buffer.of(value >> 8, value & 0xff);
  const list = Buffer.concat([
    uint16(identities.length),
    identities,
    uint16(binders.length),
    binders,
  ]);
  const grown = Buffer.concat([record.subarray(0, at - 4), uint16(list.length), list]);
  const growth = grown.length - record.length;
  // Record, handshake message, all extensions: each has its length before it.
  grown.writeUInt16BE(record.readUInt16BE(3) + growth, 3);
  grown.writeUIntBE(record.readUIntBE(6, 3) + growth, 6, 3);
  const offset = extensionsAt(record);
  grown.writeUInt16BE(record.readUInt16BE(offset) + growth, offset);
  return grown;
}

/** Returns the offset of the length of a ClientHello's extensions: after random, session id, suites and compression. */
function extensionsAt(record: Buffer): number {
  let at = 5 + 4 + 2 + 32;
  at += 1 + record.readUInt8(at);
  at += 2 + record.readUInt16BE(at);
  return at + 1 + record.readUInt8(at);
}
