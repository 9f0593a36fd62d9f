// A program of a user that compiles against the declarations of the installed package.
import { hashlib, version } from 'hermetic-ssl';
import { urandom } from 'hermetic-ssl/os';
import { SSLContext, PROTOCOL_TLS_CLIENT, type SSLSocket } from 'hermetic-ssl/ssl';
import 'hermetic-ssl/addon/linux-x64-gnu';

const random: Buffer = urandom(8);
const context: SSLContext = new SSLContext(PROTOCOL_TLS_CLIENT);
const digest: string = hashlib.sha256(random).hexdigest();
// @ts-expect-error -- the declarations are read: a digest is no number
const wrong: number = hashlib.sha256(random).hexdigest();
export const all: { socket?: SSLSocket; values: unknown[] } = {
  values: [context, digest, wrong, version.pin],
};
