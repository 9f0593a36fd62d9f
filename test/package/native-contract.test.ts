// lib/internal/native has one contract for each file of native/napi that registers functions, of the same name, with the
// same functions; binding.ts puts them together.
import fs from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { repoRoot } from '../differential/support/child.js';

const NATIVE = path.join(repoRoot, 'native', 'napi');
const CONTRACTS = path.join(repoRoot, 'lib', 'internal', 'native');
const read = (folder: string, name: string) => fs.readFileSync(path.join(folder, name), 'utf8');
const captured = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, found]) => found as string).toSorted();

/** The functions that each file of native/napi registers, by the name of its contract. */
const registered = new Map(
  fs
    .readdirSync(NATIVE)
    .filter((file) => file.endsWith('.cc') && read(NATIVE, file).includes('SetEntries(env'))
    .map((file) => [
      file.replace('.cc', '').replaceAll('_', '-'),
      captured(read(NATIVE, file), /\{"(\w+)",/g),
    ]),
);

const binding = read(CONTRACTS, 'binding.ts');
/** The contracts that binding.ts names, with their interfaces; NativeVersion is the type of a value. */
const imported = [...binding.matchAll(/import type \{ (Native\w+).*\} from '\.\/(.+)\.js'/g)].map(
  ([, type, name]) => ({ name: name as string, type: type as string }),
);

describe('the contracts of the addon', () => {
  it('have the names of the files that register functions', () => {
    expect(registered.size).toBeGreaterThan(15);
    expect(imported.map(({ name }) => name).toSorted()).toEqual([...registered.keys()].toSorted());
  });

  it.each(imported)('have the functions that the file registers: $name', ({ name, type }) => {
    const members = new RegExp(`export interface ${type} \\{\n([^}]|\\}(?!\n))*\n\\}\n`).exec(
      read(CONTRACTS, `${name}.ts`),
    );
    const functions = captured(members?.[0] ?? '', /^ {2}(?:readonly )?(\w+)(?:\(|: \()/gm);
    expect(functions).toEqual(registered.get(name));
  });

  it('are all part of the binding, and their types are exported', () => {
    const [, parts = ''] = /type NativeBinding =([^;]*);/.exec(binding) ?? [];
    expect(captured(parts, /(\w+)/g)).toEqual(imported.map(({ type }) => type).toSorted());
    const others = fs.readdirSync(CONTRACTS).filter((file) => file !== 'binding.ts');
    expect(captured(binding, /export type \* from '\.\/(.+)\.js'/g)).toEqual(
      others.map((file) => file.replace('.ts', '')).toSorted(),
    );
  });
});
