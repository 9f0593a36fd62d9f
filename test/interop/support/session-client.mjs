// One connection of a process of its own, with a session from a file or into one. Argument: JSON
// {port, ca, version, tickets, from, into, request, least}; reads at least so many bytes, or to the end, and prints what
// became of it as JSON.
import { readFileSync, writeFileSync } from 'node:fs';

import * as ssl from 'hermetic-ssl/ssl';

const { port, ca, version, tickets, from, into, request, least } = JSON.parse(process.argv[2]);

const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
context.loadVerifyLocations({ cadata: ca });
context.minimumVersion = context.maximumVersion = ssl.TLSVersion[version.replace('.', '_')];
if (!tickets) context.options |= ssl.OP_NO_TICKET;

const session = from ? ssl.SSLSession.deserialize(readFileSync(from), context) : null;
const socket = await ssl.connect({
  ...{ port, host: '127.0.0.1', serverHostname: 'localhost' },
  ...{ context, session, timeout: 15_000 },
});
const { sessionReused: reused } = socket;
const agreed = socket.version();
let answer = Buffer.alloc(0);
let facts = null;
const answered = new Promise((resolve, reject) => {
  socket.on('error', reject).on('end', resolve);
  socket.on('data', (chunk) => {
    answer = Buffer.concat([answer, chunk]);
    facts ??= look();
    if (answer.length >= (least ?? Infinity)) resolve();
  });
});

/** Under TLS 1.3 the ticket comes with the first data. */
function look() {
  if (into) writeFileSync(into, socket.session.serialize(), { mode: 0o600 });
  return { hasTicket: socket.session.hasTicket, chain: socket.getUnverifiedChain().length };
}

socket.write(Buffer.from(request, 'latin1'));
await answered;
// With close_notify: a server forgets a session whose connection was cut.
if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve).end());
console.log(
  JSON.stringify({ reused, version: agreed, answer: answer.toString('latin1'), ...facts }),
);
