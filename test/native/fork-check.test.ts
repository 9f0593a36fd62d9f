// OpenSSL's check for forks: forked children do not repeat the random bytes of their parent, and a handshake makes no system
// call for it.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { Child } from '../helpers/child.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';
import { TIME_LIMIT } from '../helpers/time-limit.js';
import { outputOf, whyNoCompiler } from './support/program.js';

const HANDSHAKES = 20;

/** Takes the pairs of handshakes in memory. Arguments: chain, key, authority. */
const PROGRAM = `
import * as ssl from 'hermetic-ssl/ssl';
const [chain, key, cafile] = process.argv.slice(1);
const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
server.loadCertChain(chain, key);
const client = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
client.loadVerifyLocations({ cafile });
function advance(end) {
  try {
    end.doHandshake();
  } catch (error) {
    if (!(error instanceof ssl.SSLWantReadError)) throw error;
  }
}
for (let i = 0; i < ${HANDSHAKES}; i += 1) {
  const [up, down] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
  const ends = [
    client.wrapBio(down, up, { serverHostname: 'localhost' }),
    server.wrapBio(up, down, { serverSide: true }),
  ];
  for (let turn = 0; turn < 3; turn += 1) ends.forEach(advance);
  if (ends[1].version() !== 'TLSv1.3') throw new Error('the handshake is not done');
}`;

interface Line {
  readonly who: string;
  readonly number: string;
  readonly bytes: string;
}

async function linesOf(flags: readonly string[], needed: RegExp): Promise<Line[]> {
  const output = await outputOf({ main: 'fork_check.cc', needed, flags });
  return output
    .trim()
    .split('\n')
    .map((line) => {
      const [who = '', number = '', bytes = ''] = line.split(' ');
      return { who, number, bytes };
    });
}

const numDifferent = (lines: readonly Line[]) => new Set(lines.map(({ bytes }) => bytes)).size;

describe.runIf(process.platform === 'linux')('the check for forks', { timeout: TIME_LIMIT }, () => {
  const why = whyNoCompiler();

  it('finds children of fork and of clone, their children, and those of a thread', async (test) => {
    if (why !== null) return test.skip(why);
    const lines = await linesOf([], /^native\/openssl\/fork_check/);
    expect(lines.map(({ who, number }) => `${who} ${number}`)).toEqual(
      ['fork', 'grandchild', 'clone', 'thread', 'parent'].map((who) => `${who} own`),
    );
    expect(numDifferent(lines)).toBe(lines.length);
  });

  it('is needed: with a number that stays, children repeat each other', async (test) => {
    if (why !== null) return test.skip(why);
    const lines = await linesOf(['-DCONTROL'], /(?!)/);
    expect(lines).toHaveLength(5);
    expect(numDifferent(lines)).toBeLessThan(lines.length);
  });

  it('does not call the C library in a handshake', async (test) => {
    if (why !== null) return test.skip(why);
    const folder = await TempDirectory.create();
    const counter = folder.join('count.so');
    const source = path.join(import.meta.dirname, 'fork_check_count.c');
    const options = ['-shared', '-fPIC', '-O1', source, '-o', counter, '-ldl'];
    expect(spawnSync('gcc', options, { stdio: 'inherit' }).status).toBe(0);
    const { localhost, caPem } = await testPki();
    const files = await folder.writeFiles({
      chain: localhost.chainPem,
      key: localhost.keyPem,
      ca: caPem,
    });
    const args = ['--input-type=module', '-e', PROGRAM, files.chain, files.key, files.ca];
    const child = Child.start(process.execPath, args, { LD_PRELOAD: counter });
    await child.finish(TIME_LIMIT);
    await folder.close();
    expect(child.stderr).toBe('getpid: 0\n');
  });
});
