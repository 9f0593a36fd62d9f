/** All suites: what test/differential/python.test.ts performs here and with Python's modules. */
import { pythonNames } from '../../helpers/python-names.js';
import { Random } from '../support/random.js';
import type { Script } from '../support/script.js';
import { certChain } from './cert-chain.js';
import { certificates } from './certificates.js';
import { contextSettings } from './context-settings.js';
import { constantsOf, functions, membersOf, randomTimes } from './functions.js';
import { hashlib, randomHashes } from './hashlib.js';
import { hmac, randomMacs } from './hmac.js';
import { hostNames } from './host-names.js';
import { memoryBio, randomMemoryBio } from './memory-bio.js';
import { randomBytes } from './random-bytes.js';
import { randomSslObject, sslLife } from './ssl-life.js';
import { sslObject } from './ssl-object.js';
import { sslPeers } from './ssl-peers.js';
import { sslSessions } from './ssl-sessions.js';
import { trust } from './trust.js';

export interface Suite {
  readonly name: string;
  readonly scripts: readonly Script[];
}

const members = Object.entries(pythonNames.enums)
  .filter(([name]) => name !== 'Purpose')
  .map(([name, values]) => membersOf(name, Object.keys(values)));

export const SUITES: readonly Suite[] = [
  { name: 'context', scripts: contextSettings },
  { name: 'trust', scripts: trust },
  { name: 'cert-chain', scripts: certChain },
  {
    name: 'functions',
    scripts: [
      ...functions,
      randomTimes(new Random('times')),
      constantsOf(pythonNames.modules['ssl'] ?? []),
      ...members,
    ],
  },
  { name: 'memory-bio', scripts: [...memoryBio, ...randomMemoryBio(new Random('MemoryBIO'))] },
  { name: 'ssl-object', scripts: sslObject },
  { name: 'ssl-life', scripts: [...sslLife, ...randomSslObject(new Random('SSLObject'))] },
  { name: 'ssl-peers', scripts: sslPeers },
  { name: 'ssl-sessions', scripts: sslSessions },
  { name: 'certificates', scripts: certificates },
  { name: 'host-names', scripts: hostNames },
  { name: 'hashlib', scripts: [...hashlib, ...randomHashes(new Random('hashlib'))] },
  { name: 'hmac', scripts: [...hmac, ...randomMacs(new Random('hmac'))] },
  { name: 'secrets-and-os', scripts: randomBytes },
];
