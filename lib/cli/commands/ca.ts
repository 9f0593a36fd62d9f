// The entry of `hermetic-ssl ca`.
import { JSON_OPTION, type Command } from '../frame/command.js';

const MOST_NAMES = 100;
const MOST_DAYS = 825; // the longest that macOS accepts

export const ca: Command = {
  name: 'ca',
  summary: 'an authority of your own for local HTTPS, and the stores that trust it',
  operands: 'install|uninstall|path|issue [NAME...]',
  minOperands: 1,
  maxOperands: MOST_NAMES,
  actions: ['install', 'uninstall', 'path', 'issue'],
  description: [
    '"install" makes an authority in your data folder once, and adds it to the stores that the options name, and to no others without them. Its key is readable by you alone, and its certificate is limited to local names: localhost, names below test, local, internal and home.arpa, and addresses of this machine and of private networks.',
    '"uninstall" takes it out of the stores that the options name; without them out of all stores, and deletes it. "path" prints the file of its certificate, for programs that are given one. "issue" writes a certificate and its key for host names and addresses.',
  ],
  options: [
    { name: 'system', help: 'the store of the system: curl, Python, Go, and this package' },
    { name: 'nss', help: 'the NSS databases of Chromium and of the profiles of Firefox' },
    { name: 'java', help: 'the cacerts of JAVA_HOME, or of the keytool in PATH' },
    {
      name: 'out',
      value: 'FOLDER',
      isPath: true,
      help: 'the folder for the files of "issue"; the current one by default',
    },
    {
      name: 'days',
      value: 'DAYS',
      range: [1, MOST_DAYS],
      help: 'how long the certificate of "issue" is valid (90)',
    },
    JSON_OPTION,
  ],
  exitCodes: [{ code: 1, when: 'a store could not be changed' }],
  examples: [
    { line: 'hermetic-ssl ca install --nss', shows: 'Chromium and Firefox accept local servers' },
    { line: 'hermetic-ssl ca issue localhost app.test', shows: 'files for another server' },
    { line: 'curl --cacert "$(hermetic-ssl ca path)" https://localhost:8443', shows: 'one client' },
    { line: 'hermetic-ssl ca uninstall', shows: 'as if it had never been there' },
  ],
  load: async () => (await import('../ca.js')).ca,
};
