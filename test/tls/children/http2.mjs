// An application of node:http2 that knows nothing of this package: its server or its client. Prints one line of JSON.
//   node http2.mjs server KEY CERT | client PORT CA
import { once } from 'node:events';
import fs from 'node:fs';
import http2 from 'node:http2';

const SIZE = 3_000_000;

function factsOf(session) {
  const { socket, alpnProtocol, encrypted } = session;
  return {
    alpnProtocol,
    encrypted,
    isSocketEncrypted: socket.encrypted,
    remoteAddress: socket.remoteAddress,
    hasCertificate: Object.keys(socket.getPeerCertificate() ?? {}).length > 0,
  };
}

async function serve(key, cert) {
  const server = http2.createSecureServer({
    key: fs.readFileSync(key),
    cert: fs.readFileSync(cert),
  });
  server.on('stream', (stream) => {
    const facts = factsOf(stream.session);
    let size = 0;
    stream.on('data', (chunk) => {
      size += chunk.length;
    });
    stream.on('end', () => {
      stream.respond({ facts: JSON.stringify({ ...facts, size }) });
      stream.end(Buffer.alloc(SIZE));
    });
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  process.stdin.on('end', () => server.close()).resume();
}

async function ask(port, ca) {
  const session = http2.connect(`https://localhost:${port}`, { ca: fs.readFileSync(ca) });
  const stream = session.request({ ':method': 'POST' });
  stream.end(Buffer.alloc(SIZE));
  const [headers] = await once(stream, 'response');
  const facts = factsOf(session);
  let size = 0;
  for await (const chunk of stream) size += chunk.length;
  session.close();
  await once(session, 'close');
  console.log(JSON.stringify({ server: JSON.parse(headers.facts), client: { ...facts, size } }));
}

const [role, ...values] = process.argv.slice(2);
await (role === 'server' ? serve(...values) : ask(...values));
