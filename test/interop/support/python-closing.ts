/** Closes that Python's sockets cannot do: its SSLObject over a plain socket ends one side, and cuts. */
import type { Identity } from '../../helpers/peer-types.js';
import type { Python } from '../../helpers/python.js';

/** Moves bytes between an SSLObject and a socket; `want` repeats an operation until it is done. */
const COMMON = `
import os, socket, ssl, tempfile, threading

class Pump:
    def __init__(self, context, plain, **options):
        self.plain = plain
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, **options)

    def flush(self):
        data = self.outgoing.read()
        if data:
            self.plain.sendall(data)

    def want(self, operation, *arguments):
        while True:
            try:
                result = operation(*arguments)
                self.flush()
                return result
            except ssl.SSLWantReadError:
                self.flush()
                data = self.plain.recv(65536)
                if data:
                    self.incoming.write(data)
                else:
                    self.incoming.write_eof()

    def end_this_side(self):
        try:
            self.tls.unwrap()
        except ssl.SSLWantReadError:
            pass
        self.flush()

    def read_to_end(self):
        received = b""
        while True:
            try:
                data = self.want(self.tls.read, 65536)
            except ssl.SSLZeroReturnError:
                return received
            if not data:
                return received
            received += data
`;

const CLIENT = `${COMMON}
def client(input):
    import base64
    context = ssl.create_default_context(cadata=input["ca"])
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    pump = Pump(context, socket.create_connection(("127.0.0.1", input["port"]), 15), server_hostname="localhost")
    pump.want(pump.tls.do_handshake)
    pump.want(pump.tls.write, input["send"])
    return pump
`;

interface Request {
  readonly port: number;
  readonly ca: string;
  readonly send: Buffer;
}

/** Sends, reads what comes back, and closes TCP without close_notify. */
export async function cut(python: Python, request: Request): Promise<void> {
  const source = `${CLIENT}
def main(input):
    pump = client(input)
    pump.want(pump.tls.read, 65536)
    pump.plain.close()
`;
  await python.run(source, request);
}

/** Sends, sends close_notify, and reads up to the server's. */
export function halfClose(python: Python, request: Request): Promise<Buffer> {
  const source = `${CLIENT}
def main(input):
    pump = client(input)
    pump.end_this_side()
    received = pump.read_to_end()
    pump.plain.close()
    return received
`;
  return python.run<Buffer>(source, request);
}

interface HalfClosingServer {
  readonly localhost: Identity;
  readonly version: 'TLSv1.2' | 'TLSv1.3';
  readonly payload: Buffer;
}

/** A server for one connection that answers once the client has ended. */
export async function startHalfClosing(
  python: Python,
  { localhost: { chainPem, keyPem }, version, payload }: HalfClosingServer,
): Promise<{ port: number; ends: Promise<unknown> }> {
  const source = `${COMMON}
import builtins

def serve(listener, context, payload):
    connection, _ = listener.accept()
    connection.settimeout(15)
    pump = Pump(context, connection, server_side=True)
    pump.want(pump.tls.do_handshake)
    pump.read_to_end()
    pump.want(pump.tls.write, payload)
    pump.end_this_side()
    connection.close()
    listener.close()

def main(input):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = getattr(ssl.TLSVersion, input["version"].replace(".", "_"))
    handle, path = tempfile.mkstemp(suffix=".pem")
    with os.fdopen(handle, "w") as file:
        file.write(input["pem"])
    context.load_cert_chain(path)
    os.unlink(path)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=serve, args=(listener, context, input["payload"]), daemon=True)
    thread.start()
    builtins.half_closing = getattr(builtins, "half_closing", {})
    port = listener.getsockname()[1]
    builtins.half_closing[port] = thread
    return port
`;
  const port = await python.run<number>(source, { version, payload, pem: chainPem + keyPem });
  const join = `
import builtins

def main(port):
    builtins.half_closing.pop(port).join(15)
`;
  return { port, ends: python.run(join, port) };
}
