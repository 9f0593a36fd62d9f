// The entry of `hermetic-ssl serve`.
import { JSON_OPTION, type Command } from '../frame/command.js';

const MOST_PORT = 65_535;

export const serve: Command = {
  name: 'serve',
  summary: 'serves a folder, or a development server, over HTTPS on this machine',
  operands: '[DIR]',
  minOperands: 0,
  maxOperands: 1,
  takesPaths: true,
  description: [
    'Serves the files of DIR, the current folder by default, over HTTP/2 and HTTP/1.1, with a certificate of the local authority ("hermetic-ssl ca") for localhost. Hidden files, and files outside DIR, are not served. Ctrl+C ends it.',
    'With --proxy it stands in front of a development server instead, WebSockets included.',
  ],
  options: [
    {
      name: 'port',
      value: 'PORT',
      range: [0, MOST_PORT],
      help: 'the port; 0 for any free one; by default 8443, or the next free one',
    },
    {
      name: 'host',
      value: 'ADDRESS',
      help: 'the address to listen on (127.0.0.1); 0.0.0.0 admits other machines',
    },
    {
      name: 'name',
      value: 'NAMES',
      help: 'more names and addresses for the certificate, with commas',
    },
    {
      name: 'proxy',
      value: 'URL',
      help: 'passes requests on to this server: http://localhost:3000',
    },
    {
      name: 'cert',
      value: 'FILE',
      isPath: true,
      help: 'a certificate with its chain, instead of the local authority’s; read again after a change',
    },
    {
      name: 'key',
      value: 'FILE',
      isPath: true,
      help: 'its key, if it is not in the file of --cert',
    },
    { name: 'quiet', help: 'no line for each request' },
    { ...JSON_OPTION, help: 'one JSON document for each line of the log' },
  ],
  exitCodes: [{ code: 1, when: 'the port is in use' }],
  examples: [
    { line: 'hermetic-ssl serve', shows: 'this folder at https://localhost:8443/' },
    {
      line: 'hermetic-ssl serve --proxy http://localhost:3000',
      shows: 'HTTPS for a development server',
    },
    { line: 'hermetic-ssl ca install --nss', shows: 'once, so that browsers accept it' },
  ],
  load: async () => (await import('../serve.js')).serve,
};
