/** The form of a stored session (native/tls/session/session_record.h), taken apart and put together again by the tests. */
import { createHash } from 'node:crypto';

const MAGIC = Buffer.from('hermetic-ssl session');
const DIGEST = 32;

/** The tags of fields that tests change. */
export const SessionTag = {
  SESSION: 1,
  CONTEXT: 2,
  SERVER_NAME: 3,
  VERIFIES: 4,
  VERIFY_FLAGS: 6,
} as const;

export type Fields = readonly (readonly [tag: number, value: Buffer])[];

export function fieldsOf(bytes: Buffer): Fields {
  const fields: [number, Buffer][] = [];
  const end = bytes.length - DIGEST;
  for (let at = MAGIC.length + 1; at < end;) {
    const length = bytes.readUInt32BE(at + 1);
    fields.push([bytes.readUInt8(at), bytes.subarray(at + 5, at + 5 + length)]);
    at += 5 + length;
  }
  return fields;
}

/** Adds the digest, so that a wrong record does not count as damaged. */
export const seal = (bytes: Uint8Array): Buffer =>
  Buffer.concat([bytes, createHash('sha256').update(bytes).digest()]);

export function recordOf(fields: Fields, version = 1): Buffer {
  const parts = fields.map(([tag, value]) => {
    const header = Buffer.alloc(5);
    header.writeUInt8(tag);
    header.writeUInt32BE(value.length, 1);
    return Buffer.concat([header, value]);
  });
  return seal(Buffer.concat([MAGIC, Buffer.from([version]), ...parts]));
}

/** The record with one field replaced, or, for null, left out. */
export function withField(bytes: Buffer, tag: number, value: Buffer | null): Buffer {
  const others = fieldsOf(bytes).filter(([one]) => one !== tag);
  return recordOf(value === null ? others : [...others, [tag, value]]);
}

export function fieldOf(bytes: Buffer, tag: number): Buffer {
  const value = fieldsOf(bytes).find(([one]) => one === tag)?.[1];
  if (value === undefined) throw new Error(`no field ${tag}`);
  return value;
}
