// Reads DER (X.690) as far as a certificate needs it. A damaged structure makes empty elements, never an error.

export interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

const HIGH_BIT = 0x80;
const MOST_LENGTH_BYTES = 4;

/** Returns the elements one after the other in some bytes. */
export function elementsOf(bytes: Buffer): Element[] {
  const elements: Element[] = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const tag = bytes[at] ?? 0;
    let length = bytes[at + 1] ?? 0;
    at += 2;
    if (length > HIGH_BIT) {
      const size = length - HIGH_BIT;
      if (size > MOST_LENGTH_BYTES || at + size > bytes.length) break;
      length = bytes.readUIntBE(at, size);
      at += size;
    }
    elements.push({ tag, content: bytes.subarray(at, at + length) });
    at += length;
  }
  return elements;
}

/** Returns the elements inside an element. */
export const childrenOf = (element: Element | undefined): Element[] =>
  element === undefined ? [] : elementsOf(element.content);

/** Returns the dotted form of an object identifier. */
export function oidOf(element: Element | undefined): string {
  const numbers: number[] = [];
  let number = 0;
  for (const byte of element?.content ?? []) {
    number = number * HIGH_BIT + (byte % HIGH_BIT);
    if (byte >= HIGH_BIT) continue;
    if (numbers.length === 0) numbers.push(Math.min(2, Math.floor(number / 40)));
    numbers.push(numbers.length === 1 ? number - (numbers[0] ?? 0) * 40 : number);
    number = 0;
  }
  return numbers.join('.');
}

const TAG = { utf8: 12, bmp: 30, utcTime: 23 } as const;

/** Returns the text of a string type. */
export function textOf({ tag, content }: Element): string {
  if (tag === TAG.bmp && content.length % 2 === 0)
    return Buffer.from(content).swap16().toString('utf16le');
  return content.toString(tag === TAG.utf8 ? 'utf8' : 'latin1');
}

/** Returns a UTCTime or a GeneralizedTime in ISO 8601; an empty string for any other text (RFC 5280, 4.1.2.5). */
export function timeOf(element: Element | undefined): string {
  const digits = element?.content.toString('latin1') ?? '';
  const century = element?.tag === TAG.utcTime ? (digits < '5' ? '20' : '19') : '';
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(century + digits);
  if (parts === null) return '';
  const [, year, month, day, hour, minute, second] = parts;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}
