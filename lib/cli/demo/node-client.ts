// A program of the demonstration: a client of the runtime's own TLS, started as a separate process by peers.ts.
// Arguments: port, server name, file of the authority's certificate.
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';

const [port = '', servername = '', authority = ''] = process.argv.slice(2);
const ca = readFileSync(authority);
const socket = connect({ host: '127.0.0.1', port: Number(port), servername, ca }, () => {
  console.log('verified', socket.getPeerCertificate().subject.CN, socket.getProtocol());
  socket.end();
});
