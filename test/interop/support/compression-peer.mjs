// A server or a client of Node 26 with certificateCompression, for certificate-compression.test.ts. It imports nothing of
// this package. Arguments: a JSON of its options and, for a client, the port. A server prints its port, and for each
// client the common name of its certificate; a client prints that of the server.
import tls from 'node:tls';

const { port, ...options } = JSON.parse(process.argv[2]);
const nameOf = (socket) =>
  `peer ${socket.getPeerCertificate().subject?.CN ?? 'without certificate'}`;

if (port === undefined) {
  const server = tls.createServer(options, (socket) => {
    console.log(nameOf(socket));
    socket.on('error', () => {}).end('hello');
  });
  server.on('tlsClientError', ({ code }) => console.log(`refused ${code}`));
  server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
} else {
  const socket = tls.connect({ port, servername: 'localhost', ...options });
  socket.on('secureConnect', () => console.log(nameOf(socket)));
  socket.on('error', ({ code }) => console.log(`refused ${code}`));
  socket.resume();
}
