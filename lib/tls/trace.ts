// `enableTrace` and `--trace-tls`: records and handshake messages as text on stderr. OpenSSL's own SSL_trace is not compiled
// in, so the format is this package's. OpenSSL decides at the start of a connection whether it reports the headers of records:
// a trace that begins later has the messages alone.
import { AlertDescription } from '../generated/constants.js';
import type { ProtocolMessage } from '../internal/native/binding.js';
import { hasFlag } from './flags.js';

/** Content types (RFC 8446, B.1), and OpenSSL's own for the header of a record and the type inside an encrypted one. */
const CONTENT: Readonly<Record<number, string>> = {
  ...{ 20: 'ChangeCipherSpec', 21: 'Alert', 22: 'Handshake', 23: 'ApplicationData' },
};
const ALERT = 21;
const HANDSHAKE = 22;
const HEADER = 256;
const INNER_TYPE = 257;

/** Types of handshake messages (IANA, "TLS HandshakeType"). */
const MESSAGES: Readonly<Record<number, string>> = {
  ...{ 0: 'HelloRequest', 1: 'ClientHello', 2: 'ServerHello', 4: 'NewSessionTicket' },
  ...{ 5: 'EndOfEarlyData', 8: 'EncryptedExtensions', 11: 'Certificate', 12: 'ServerKeyExchange' },
  ...{ 13: 'CertificateRequest', 14: 'ServerHelloDone', 15: 'CertificateVerify' },
  ...{ 16: 'ClientKeyExchange', 20: 'Finished', 22: 'CertificateStatus', 24: 'KeyUpdate' },
};

const VERSIONS: Readonly<Record<number, string>> = {
  ...{ 0x301: 'TLS 1.0', 0x302: 'TLS 1.1', 0x303: 'TLS 1.2', 0x304: 'TLS 1.3' },
};

const BYTES_PER_LINE = 16;
const HEADER_LENGTH = 5;
const MESSAGE_HEADER_LENGTH = 4;

const named = (names: Readonly<Record<number, string>>, number: number): string =>
  `${names[number] ?? 'unknown'} (${number})`;

function dump(bytes: Buffer): string[] {
  const count = Math.ceil(bytes.length / BYTES_PER_LINE);
  return Array.from({ length: count }, (_, i) => {
    const part = bytes.subarray(i * BYTES_PER_LINE, (i + 1) * BYTES_PER_LINE);
    return `        ${part.toString('hex').replaceAll(/..(?!$)/g, '$& ')}`;
  });
}

function header(bytes: Buffer, isSent: boolean): string[] {
  if (bytes.length < HEADER_LENGTH) return [];
  const version = bytes.readUInt16BE(1);
  return [
    `${directionOf(isSent)} TLS Record`,
    'Header:',
    `  Version = ${VERSIONS[version] ?? 'unknown'} (0x${version.toString(16)})`,
    `  Content Type = ${named(CONTENT, bytes[0]!)}`,
    `  Length = ${bytes.readUInt16BE(3)}`,
  ];
}

const directionOf = (isSent: boolean): string => (isSent ? 'Sent' : 'Received');

function alert([level = 0, description = 0]: Buffer): string {
  const [name = 'unknown'] =
    Object.entries(AlertDescription).find(([, code]) => code === description) ?? [];
  const text = name.replace('ALERT_DESCRIPTION_', '').toLowerCase();
  const kind = level === 2 ? 'fatal' : 'warning';
  return `Alert, level=${kind}(${level}), description=${text}(${description})`;
}

function linesOf({ isSent, contentType, messageType, bytes }: ProtocolMessage): string[] {
  if (contentType === HEADER) return header(bytes, isSent);
  if (contentType === INNER_TYPE) return [`  Inner Content Type = ${named(CONTENT, messageType)}`];
  const direction = `    ${directionOf(isSent)}`;
  if (contentType === ALERT) return [`${direction} ${alert(bytes)}`];
  if (contentType !== HANDSHAKE) return [`${direction} ${named(CONTENT, contentType)}`];
  const name = MESSAGES[messageType] ?? `message ${messageType}`;
  const body = bytes.subarray(MESSAGE_HEADER_LENGTH);
  return [`${direction} ${name}, Length=${body.length}`, ...dump(body)];
}

/** Returns messages as text, a record with an empty line after it. */
export function traceText(messages: readonly ProtocolMessage[]): string {
  return messages
    .map((message) => {
      const text = linesOf(message).join('\n');
      return message.contentType === HEADER ? `\n${text}\n` : `${text}\n`;
    })
    .join('');
}

/** Writes messages to stderr. */
export function trace(messages: readonly ProtocolMessage[]): void {
  if (messages.length > 0) process.stderr.write(traceText(messages));
}

/** The command line does not change, and every connection asks. */
const isAsked = hasFlag('trace-tls');
let hasWarned = false;

/** Whether the command line asks for traces of all connections, which is warned of once. */
export function tracesAll(): boolean {
  if (!isAsked) return false;
  if (!hasWarned) {
    hasWarned = true;
    process.emitWarning('Enabling --trace-tls can expose sensitive data in the resulting log.');
  }
  return true;
}
