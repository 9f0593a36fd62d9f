// The package's client against the demonstration's server: each name, both versions, and connections that must fail.
import { once } from 'node:events';

import { SSLCertVerificationError } from '../../errors.js';
import { sha256 } from '../../hashlib.js';
import { urandom } from '../../os.js';
import { connect } from '../../ssl/connect.js';
import { TLSVersion } from '../../ssl/constants.js';
import type { SSLContext } from '../../ssl/context.js';
import { createDefaultContext } from '../../ssl/defaults.js';
import { Purpose } from '../../ssl/purpose.js';
import type { SSLSocket } from '../../ssl/socket.js';
import type { Report } from '../report.js';
import { check, failureOf } from './check.js';
import { HOST_NAMES, type Served } from './served.js';

const MEGABYTE = 1 << 20;
const ECHO_SIZE = 8 * MEGABYTE;

function clientContext(served: Served): SSLContext {
  const context = createDefaultContext(Purpose.SERVER_AUTH, {
    cadata: served.authority.certificate,
  });
  context.setAlpnProtocols(['echo']);
  return context;
}

function connectTo(served: Served, name: string, context: SSLContext): Promise<SSLSocket> {
  return connect({ host: '127.0.0.1', port: served.port, serverHostname: name, context });
}

/** Sends bytes, reads the echo to its end, and returns its SHA-256. */
async function echo(socket: SSLSocket, bytes: Buffer): Promise<string> {
  const hash = sha256();
  socket.on('data', (chunk: Buffer) => hash.update(chunk));
  socket.end(bytes);
  await once(socket, 'close');
  return hash.hexdigest();
}

async function visit(served: Served, name: string, version?: TLSVersion): Promise<string> {
  const context = clientContext(served);
  if (version !== undefined) context.maximumVersion = version;
  const socket = await connectTo(served, name, context);
  const [suite] = socket.cipher() ?? [];
  const subject = socket.getpeercert()?.subjectAltName?.[0]?.[1];
  check(subject === name, `the certificate is for ${String(subject)}`);
  const facts = [socket.version(), suite, socket.group(), `ALPN ${socket.selectedAlpnProtocol()}`];
  check(
    (await echo(socket, Buffer.from('hello'))) === sha256(Buffer.from('hello')).hexdigest(),
    'a wrong echo',
  );
  return facts.filter((fact) => fact !== null).join(', ');
}

async function transfer(served: Served): Promise<string> {
  const bytes = urandom(ECHO_SIZE);
  const socket = await connectTo(served, HOST_NAMES[0], clientContext(served));
  const began = performance.now();
  check(
    (await echo(socket, bytes)) === sha256(bytes).hexdigest(),
    'the bytes changed on their way',
  );
  const seconds = (performance.now() - began) / 1000;
  return `${Math.round((2 * ECHO_SIZE) / MEGABYTE / seconds)} MB a second, both ways, same SHA-256`;
}

async function resume(served: Served): Promise<string> {
  const context = clientContext(served);
  context.maximumVersion = TLSVersion.TLSv1_2;
  const first = await connectTo(served, HOST_NAMES[1], context);
  const { session } = first;
  first.destroy();
  const options = {
    host: '127.0.0.1',
    port: served.port,
    serverHostname: HOST_NAMES[1],
    context,
    session,
  };
  const second = await connect(options);
  check(second.sessionReused, 'the session was not resumed');
  second.destroy();
  return 'the second handshake needed no certificate';
}

async function refusal(attempt: Promise<SSLSocket>, code: RegExp): Promise<string> {
  const error = await failureOf(attempt);
  const text = error instanceof SSLCertVerificationError ? error.verifyMessage : error.message;
  check(code.test(text), text);
  return text;
}

export async function demoClients(report: Report, served: Served): Promise<void> {
  for (const name of HOST_NAMES) await report.step(name, () => visit(served, name));
  await report.step(`${HOST_NAMES[0]} with TLS 1.2`, () =>
    visit(served, HOST_NAMES[0], TLSVersion.TLSv1_2),
  );
  await report.step('a session is resumed', () => resume(served));
  await report.step(`${ECHO_SIZE / MEGABYTE} MB there and back`, () => transfer(served));
  await report.step('an unknown name is refused', () =>
    refusal(connectTo(served, 'delta.test', clientContext(served)), /unrecognized name/),
  );
  await report.step('an unknown authority is refused', () =>
    refusal(connectTo(served, HOST_NAMES[0], createDefaultContext()), /issuer|self-signed/),
  );
  await report.step('a certificate for another name too', () => {
    const context = clientContext(served);
    return refusal(
      connect({ host: '127.0.0.1', port: served.port, context }),
      /IP address mismatch/,
    );
  });
}
