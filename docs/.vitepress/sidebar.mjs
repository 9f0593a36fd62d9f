// The site's navigation, by audience. A page of docs/ that is in no group is reported by `npm run site`.
import { existsSync, readdirSync } from 'node:fs';

const docs = new URL('../', import.meta.url);
const has = (page) => existsSync(new URL(`../${page.slice(1)}.md`, docs));
const pages = (...list) =>
  list.filter(([, link]) => has(link)).map(([text, link]) => ({ text, link }));

const reference = readdirSync(new URL('api/', docs))
  .filter((file) => file.endsWith('.md') && file !== 'README.md')
  .map((file) => file.slice(0, -3))
  .map((name) => [name === 'index' ? 'hermetic-ssl' : `hermetic-ssl/${name}`, `/docs/api/${name}`]);

export const nav = [
  { text: 'Start', link: '/docs/start' },
  { text: 'Guides', link: '/docs/README' },
  { text: 'Reference', link: '/docs/api/README' },
  { text: 'Proof', link: '/docs/proof' },
  { text: 'Security', link: '/SECURITY' },
];

export const sidebar = [
  {
    text: 'Start',
    items: pages(
      ['Start in 60 seconds', '/docs/start'],
      ['Installing', '/docs/installing'],
      ['The command line', '/docs/cli'],
      ['All guides', '/docs/README'],
    ),
  },
  {
    text: 'TLS',
    items: pages(
      ['Certificates and keys', '/docs/certificates'],
      ['Trust', '/docs/trust'],
      ['Verification', '/docs/verification'],
      ['Names of servers', '/docs/names'],
      ['Stored sessions', '/docs/sessions'],
      ['Hostile peers', '/docs/hostile-peers'],
    ),
  },
  {
    text: 'Passwords and hashes',
    items: pages(['Passwords', '/docs/password'], ['PBKDF2', '/docs/pbkdf2']),
  },
  {
    text: 'Coming from',
    items: pages(
      ['node:tls', '/docs/coming-from-node-tls'],
      ['Python', '/docs/python'],
      ['Python: differences', '/docs/python/differences'],
      ['Python: its own tests', '/docs/python/tests'],
      ['Electron', '/docs/electron'],
    ),
  },
  {
    text: 'Operating',
    items: pages(
      ['A fleet of servers', '/docs/fleet'],
      ['What runs where', '/docs/support'],
      ['Upgrading OpenSSL', '/docs/openssl-upgrades'],
      ['Security and advisories', '/SECURITY'],
      ['Prebuilt binaries', '/docs/prebuilt-binaries'],
      ['Building', '/docs/building'],
      ['Feature detection', '/docs/feature-detection'],
      ['Changes', '/CHANGELOG'],
    ),
  },
  { text: 'Reference', items: pages(['Entry points', '/docs/api/README'], ...reference) },
  {
    text: 'Evidence',
    items: pages(
      ['What is proven how', '/docs/proof'],
      ['Benchmarks', '/docs/benchmarks'],
      ['Results', '/bench/results/README'],
      ['Testing', '/docs/testing'],
    ),
  },
  {
    text: 'Contributing',
    items: pages(
      ['Contributing', '/CONTRIBUTING'],
      ['Architecture', '/docs/architecture'],
      ['Conventions', '/docs/conventions'],
      ['The C++ files', '/native/README'],
      ['The tests', '/test/README'],
      ['Decisions', '/docs/decisions/README'],
      ['Releasing', '/docs/releasing'],
    ),
  },
];
