// Names beyond ASCII: docs/names.md against this package and against Python, and what is refused.
import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { clientContext, serverContext, unverified } from '../../../helpers/contexts.js';
import { typeError, valueError } from '../../../helpers/expected-errors.js';
import { connectedPair, makePair, tryHandshake } from '../../../helpers/make-pair.js';
import { skipUnless } from '../../../helpers/peers.js';
import { runPython } from '../../../helpers/python.js';
import { testPki } from '../../../helpers/test-pki.js';

const { idn, localhost, caPem } = await testPki();
const context = clientContext(caPem, unverified);

/** The name in the form that is sent. */
const sent = (serverHostname: unknown): string | null =>
  context.wrapBio(new ssl.MemoryBIO(), new ssl.MemoryBIO(), {
    serverHostname: serverHostname as string,
  }).serverHostname;

interface Row {
  readonly names: readonly string[];
  readonly python: string;
  readonly here: string;
}

const withoutTicks = (cell: string): string => cell.replaceAll('`', '').trim();

/** The rows of the page's second table. The names are written as JSON, so that every character is visible. */
function rowsOfPage(): Row[] {
  const page = readFileSync(new URL('../../../../docs/names.md', import.meta.url), 'utf8');
  const [, text = ''] = page.split('\n| name | Python | here |\n');
  const lines = text.split('\n\n')[0]?.split('\n').slice(1) ?? [];
  return lines.map((line) => {
    const [, first = '', python = '', here = ''] = line.split('|');
    const names = [...first.matchAll(/`("[^`]*")`/g)].map(([, json = '']) => JSON.parse(json) as string);
    return { names, python: withoutTicks(python), here: withoutTicks(here) };
  });
} // prettier-ignore

const ROWS = rowsOfPage();

describe('docs/names.md', () => {
  it('has names with the same and with other outcomes, and each of the letters that IDNA 2003 mapped away', () => {
    const same = ROWS.filter(({ python, here }) => python === here);
    expect(same.length).toBeGreaterThan(5);
    expect(ROWS.length - same.length).toBeGreaterThan(8);
    const all = ROWS.flatMap(({ names }) => names).join('');
    for (const letter of 'ßς\u200c\u200d') expect(all).toContain(letter);
  });

  it.each(ROWS.flatMap(({ names, here }) => names.map((name) => [name, here])))(
    'says rightly that %j is here %s',
    (name, here) => {
      if (here === 'refused') expect(() => sent(name)).toThrow(valueError('not a valid host name'));
      else expect(sent(name)).toBe(here);
    },
  );

  it('states correctly how Python treats them', async (test) => {
    skipUnless(test, 'python3');
    const names = ROWS.map(({ names: [first] }) => first);
    const code = 'def main(names): return [name.encode("idna").decode("ascii") for name in names]';
    expect(await runPython(code, names)).toEqual(ROWS.map(({ python }) => python));
  });
});

describe('a name beyond ASCII', () => {
  it('is sent and matched as A-labels', () => {
    const names: unknown[] = [];
    const server = serverContext(idn, (one) => {
      one.sniCallback = (_peer, name) => void names.push(name);
    });
    const options = { client: clientContext(caPem), server };
    for (const serverHostname of ['könig.idn.example', 'KÖNIG.IDN.example', 'xn--knig-5qa.idn.example'])
      connectedPair({ ...options, serverHostname });
    expect(new Set(names)).toEqual(new Set(['xn--knig-5qa.idn.example']));
    const other = tryHandshake(makePair({ ...options, serverHostname: 'kønig.idn.example' })).client;
    expect(other).toMatchObject({ verifyCode: 62 });
    expect(other?.message).toContain("'xn--knig-gra.idn.example'");
  }); // prettier-ignore

  it('may have labels of 63 characters as A-labels, and no more', () => {
    const longest = 'ü'.repeat(57);
    expect(sent(`${longest}.example`)?.split('.')[0]).toHaveLength(63);
    expect(() => sent(`${longest}ü.example`)).toThrow(valueError('more than 63 characters'));
    expect(sent(`${'a'.repeat(63)}.example`)).toHaveLength(71);
    expect(() => sent(`${'a'.repeat(64)}.example`)).toThrow(valueError('more than 63 characters'));
  });

  it('is refused where Node would take a part of it for a name', () => {
    for (const character of '\t\n\r #%/:?@[\\]')
      for (const name of [`ä${character}x.example`, `x${character}ä.example`, `ä${character}`])
        expect(() => sent(name)).toThrow(valueError('not a valid host name'));
    expect(sent('ä,x.example')).toBe('xn--,x-uia.example');
  });

  it.each(['ä..example', 'ä。。example', '。ä', 'ä.example..', '\ud800ä', 'ä\udc00.example', '\u00ad', '\u200d'])(
    'is refused: %j',
    (name) => expect(() => sent(name)).toThrow(valueError('serverHostname')),
  ); // prettier-ignore
});

describe('a name in bytes', () => {
  it('is taken as the ASCII text that it is, whatever holds it', () => {
    const bytes = Buffer.from('LocalHost');
    const inside = new Uint8Array([0, ...bytes, 0]).subarray(1, -1);
    for (const name of [bytes, inside, new DataView(inside.slice().buffer), inside.slice().buffer])
      expect(sent(name)).toBe('localhost');
    const pair = connectedPair({
      client: clientContext(caPem),
      server: serverContext(localhost),
      serverHostname: bytes as unknown as string,
    });
    expect(pair.client.getpeercert()?.subject).toBeDefined();
    expect(sent(Buffer.from('127.0.0.1'))).toBe('127.0.0.1');
    expect(sent(Buffer.from('xn--knig-5qa.example'))).toBe('xn--knig-5qa.example');
  });

  it('is refused by the rules of text, and where it is not ASCII', () => {
    for (const name of ['könig', 'k\xf6nig', '\x80'])
      expect(() => sent(Buffer.from(name, 'latin1'))).toThrow(valueError('must be ASCII'));
    for (const name of ['', '.', '.example', 'a..b', 'a'.repeat(64)])
      expect(() => sent(Buffer.from(name))).toThrow(valueError('serverHostname'));
    expect(() => sent(Buffer.from('a\0b'))).toThrow(typeError('NUL'));
  });
});
