// The entry of `hermetic-ssl connect`.
import { JSON_OPTION, type Command } from '../frame/command.js';

const MOST_SECONDS = 3600;

export const connect: Command = {
  name: 'connect',
  summary: 'connects to a TLS server and shows what was agreed, or why it failed',
  operands: 'HOST[:PORT] [-]',
  minOperands: 1,
  maxOperands: 2,
  description: [
    'Connects twice, the second time to resume the session of the first, and prints one page: address, protocol, suite, group, signature, ALPN, the stapled OCSP response, the chain as a tree with the certificate that anchors it, resumption, and the time of each phase. After a failure it prints the reason, the certificate and the way out.',
    'The port is 443, or the usual one of --starttls. A second operand "-" connects standard input and output with the server instead, and prints the page on standard error.',
  ],
  options: [
    {
      name: 'starttls',
      value: 'PROTOCOL',
      choices: ['smtp', 'imap', 'pop3', 'postgres', 'ftp', 'ldap', 'xmpp'],
      help: 'begins in the clear with this protocol, and asks for TLS as it does',
    },
    {
      name: 'tls',
      value: 'VERSION',
      choices: ['1.0', '1.1', '1.2', '1.3'],
      help: 'only this version; 1.0 and 1.1 need --legacy',
    },
    {
      name: 'alpn',
      value: 'NAMES',
      help: 'application protocols, with commas; h2,http/1.1 by default, unless --starttls or the port means another protocol',
    },
    {
      name: 'servername',
      value: 'NAME',
      help: 'the name to ask for and to match, if it is not HOST',
    },
    {
      name: 'insecure',
      help: 'goes on with a certificate that does not verify, and shows the reason',
    },
    {
      name: 'ca',
      value: 'FILE',
      isPath: true,
      help: 'trusts these certificates instead of the machine’s',
    },
    { name: 'cert', value: 'FILE', isPath: true, help: 'the client’s certificate and its chain' },
    {
      name: 'key',
      value: 'FILE',
      isPath: true,
      help: 'its key, if it is not in the file of --cert',
    },
    {
      name: 'pfx',
      value: 'FILE',
      isPath: true,
      help: 'certificate and key of the client in one PKCS#12',
    },
    {
      name: 'passfile',
      value: 'FILE',
      isPath: true,
      help: 'a file whose first line is the password of the key',
    },
    {
      name: 'legacy',
      help: 'allows obsolete versions, suites, keys and renegotiation, to examine an old server',
    },
    {
      name: 'timeout',
      value: 'SECONDS',
      range: [1, MOST_SECONDS],
      help: 'the limit for the connection (15)',
    },
    { name: 'pem', help: 'prints only the chain that the server sent, as PEM' },
    JSON_OPTION,
  ],
  exitCodes: [
    {
      code: 1,
      when: 'the server’s certificate does not verify, or a stapled OCSP response says that it is revoked',
    },
    { code: 3, when: 'the connection or the handshake failed otherwise' },
  ],
  examples: [
    { line: 'hermetic-ssl connect example.org', shows: 'the page of a web server' },
    {
      line: 'hermetic-ssl connect mail.example.org --starttls smtp',
      shows: 'the page of a mail server',
    },
    { line: 'hermetic-ssl connect localhost:8443 --ca root.pem --json', shows: 'for a script' },
    { line: 'hermetic-ssl connect example.org --pem > chain.pem', shows: 'keeps the chain' },
  ],
  load: async () => (await import('../connect.js')).connect,
};
