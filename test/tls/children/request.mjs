// A program that knows only node:https and node:tls: one request to the port in the environment. Prints its outcome in JSON.
import https from 'node:https';
import tls from 'node:tls';

const warnings = [];
process.on('warning', ({ code, message }) => warnings.push(code ?? message));
const { DEFAULT_MIN_VERSION, DEFAULT_MAX_VERSION } = tls;
const facts = { DEFAULT_MIN_VERSION, DEFAULT_MAX_VERSION };
const answer = (outcome) => {
  setImmediate(() => {
    const trusts = process.argv.includes('lists')
      ? { numMore: tls.getCACertificates('default').length - tls.rootCertificates.length }
      : {};
    process.stdout.write(JSON.stringify({ ...outcome, ...facts, ...trusts, warnings }));
  });
};
const port = Number(process.env.PEER_PORT);
if (process.argv.includes('set')) tls.setDefaultCACertificates([process.env.PEER_CA]);
if (process.argv.includes('nothing')) tls.setDefaultCACertificates([]);
https
  .get({ port, host: 'localhost', agent: false }, (response) => {
    const { socket } = response;
    answer({ status: response.statusCode, authorized: socket.authorized, protocol: socket.getProtocol(), cipher: socket.getCipher().name }); // prettier-ignore
    response.resume();
  })
  .on('error', ({ code }) => answer({ code }));
