// The entry of `hermetic-ssl trust`.
import { JSON_OPTION, type Command } from '../frame/command.js';

const SOON_LIMIT = 999_999;

export const trust: Command = {
  name: 'trust',
  summary: 'the certificates that this machine trusts, and the root that anchors a chain',
  operands: '',
  minOperands: 0,
  maxOperands: 0,
  description: [
    'Prints the certificates that this machine trusts and distrusts, or those that SSL_CERT_FILE and SSL_CERT_DIR name: subject, purposes, the day they expire, where they are from.',
  ],
  options: [
    {
      name: 'purpose',
      value: 'P',
      choices: ['server', 'client'],
      help: 'only those that a client needs to verify servers (server), or a server to verify clients (client)',
    },
    {
      name: 'soon',
      value: 'DAYS',
      range: [0, SOON_LIMIT],
      help: 'mark certificates that expire within so many days (90)',
    },
    { name: 'pem', help: 'a PEM bundle, of those for servers unless --purpose says' },
    JSON_OPTION,
    {
      name: 'verify',
      value: 'TARGET',
      isPath: true,
      help: 'names the root that anchors the chain of a server, HOST[:PORT], or the chain in a file (PEM or DER, the leaf first), or the reason why the chain has no anchor',
    },
  ],
  exitCodes: [
    { code: 1, when: 'the list is empty, or the chain of --verify does not verify' },
    { code: 2, when: 'the arguments are wrong, or the chain of --verify cannot be had' },
  ],
  examples: [
    {
      line: 'hermetic-ssl trust --pem > roots.pem',
      shows: 'the roots of this machine as a bundle',
    },
    { line: 'hermetic-ssl trust --verify example.org', shows: 'the root that anchors a server' },
  ],
  load: async () => (await import('../trust.js')).trust,
};
