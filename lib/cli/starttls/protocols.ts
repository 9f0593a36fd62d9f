// Asks servers for TLS in the clear, as each protocol does.
import type { Socket } from 'node:net';

import { printable } from '../frame/text.js';
import { Conversation } from './lines.js';

type Ask = (talk: Conversation, name: string) => Promise<void>;

const quoted = (line: string): string => `the server answered “${printable(line).slice(0, 200)}”`;

async function expectCode(talk: Conversation, code: string): Promise<string[]> {
  const lines = await talk.reply();
  const last = lines.at(-1) ?? '';
  if (!last.startsWith(code)) throw talk.failure(quoted(last));
  return lines;
}

/** RFC 3207. */
const smtp: Ask = async (talk) => {
  await expectCode(talk, '220');
  talk.write('EHLO hermetic-ssl.invalid\r\n');
  const lines = await expectCode(talk, '250');
  if (!lines.some((line) => /^250[ -]STARTTLS\s*$/i.test(line)))
    throw talk.failure('the server does not offer STARTTLS');
  talk.write('STARTTLS\r\n');
  await expectCode(talk, '220');
};

/** RFC 9051, 6.2.1. */
const imap: Ask = async (talk) => {
  const greeting = await talk.line();
  if (!/^\* (?:OK|PREAUTH)/i.test(greeting)) throw talk.failure(quoted(greeting));
  talk.write('a1 STARTTLS\r\n');
  let line = await talk.line();
  while (line.startsWith('* ')) line = await talk.line();
  if (!/^a1 OK/i.test(line)) throw talk.failure(quoted(line));
};

/** RFC 2595, 4. */
const pop3: Ask = async (talk) => {
  for (const command of [null, 'STLS\r\n']) {
    if (command !== null) talk.write(command);
    const line = await talk.line();
    if (!line.startsWith('+OK')) throw talk.failure(quoted(line));
  }
};

/** RFC 4217, 4. */
const ftp: Ask = async (talk) => {
  await expectCode(talk, '220');
  talk.write('AUTH TLS\r\n');
  await expectCode(talk, '234');
};

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** The message SSLRequest of PostgreSQL's protocol. */
const postgres: Ask = async (talk) => {
  talk.write(SSL_REQUEST);
  const answer = await talk.read((received) =>
    received.length > 0 ? [received.toString('latin1', 0, 1), 1] : undefined,
  );
  if (answer === 'N') throw talk.failure('the server has TLS switched off (ssl = off)');
  if (answer !== 'S') throw talk.failure(quoted(answer));
};

const START_TLS = Buffer.from(
  '301d02010177188016312e332e362e312e342e312e313436362e3230303337',
  'hex',
);
const RESULT_CODE = 0x0a;

/** RFC 4511, 4.14: the extended operation 1.3.6.1.4.1.1466.20037. */
const ldap: Ask = async (talk) => {
  talk.write(START_TLS);
  const message = await talk.read((received) => {
    const length = received[1] ?? Infinity;
    return received.length >= length + 2
      ? [received.subarray(0, length + 2), length + 2]
      : undefined;
  });
  const at = message.indexOf(Buffer.from([RESULT_CODE, 1]));
  const code = message[at + 2];
  if (at === -1 || code !== 0)
    throw talk.failure(`the server refused StartTLS (result code ${code})`);
};

/** RFC 6120, 5.4. */
const xmpp: Ask = async (talk, name) => {
  const until = (pattern: RegExp): Promise<string> =>
    talk.read((received) => {
      const text = received.toString('utf8');
      const match = pattern.exec(text);
      if (match === null) return undefined;
      return [match[0], Buffer.byteLength(text.slice(0, match.index + match[0].length))];
    });
  const to = name.replaceAll(/[^\w.:-]/g, '');
  talk.write(
    `<?xml version='1.0'?><stream:stream xmlns='jabber:client' to='${to}' version='1.0' xmlns:stream='http://etherx.jabber.org/streams'>`,
  );
  const features = await until(
    /<stream:features\s*\/>|<\/stream:features>|<\/stream:stream>|<starttls[^>]*>[\s\S]*?<\/stream:features>/,
  );
  if (features.includes('</stream:stream>'))
    throw talk.failure(`the server does not serve '${to}': --servername names its domain`);
  talk.write("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  const answer = await until(/<(?:proceed|failure)[^>]*>|<\/stream:stream>/);
  if (!answer.startsWith('<proceed')) throw talk.failure('the server refused STARTTLS');
};

const PROTOCOLS = { smtp, imap, pop3, ftp, postgres, ldap, xmpp } as const;
export type StartTls = keyof typeof PROTOCOLS;

/** The port of each protocol. */
export const PORTS: Readonly<Record<StartTls, number>> = {
  smtp: 25,
  imap: 143,
  pop3: 110,
  ftp: 21,
  postgres: 5432,
  ldap: 389,
  xmpp: 5222,
};

/** Talks in the clear until the server is ready for a handshake. @throws StartTlsError */
export async function startTls(socket: Socket, protocol: StartTls, name: string): Promise<void> {
  const talk = new Conversation(socket, protocol);
  await PROTOCOLS[protocol](talk, name);
  talk.finish();
}
