/**
 * Reads what macOS's loader reads of a 64-bit Mach-O file: libraries, the oldest system, the symbols offered and asked for,
 * and whether there is a signature. <mach-o/loader.h> and <mach-o/nlist.h> name the numbers.
 */
import { readFileSync } from 'node:fs';

export interface MachO {
  readonly cpu: 'x64' | 'arm64' | 'other';
  readonly libraries: readonly string[];
  /** As in "11.0". */
  readonly oldestSystem: string | undefined;
  /** Without C's underscore. */
  readonly exports: readonly string[];
  readonly imports: readonly string[];
  readonly isSigned: boolean;
}

const MAGIC_64 = 0xfeedfacf;
const HEADER_LEN = 32;
const SYMBOL_LEN = 16;
const CPU: Readonly<Record<number, 'x64' | 'arm64'>> = { 0x01000007: 'x64', 0x0100000c: 'arm64' };
const LC = { symtab: 2, loadDylib: 0xc, codeSignature: 0x1d, versionMin: 0x24, buildVersion: 0x32 };
const N = { external: 1, privateExternal: 0x10, typeMask: 0x0e, debug: 0xe0 };

interface Command {
  readonly kind: number;
  readonly at: number;
}

function* commandsOf(bytes: Buffer): Generator<Command> {
  let at = HEADER_LEN;
  for (let left = bytes.readUInt32LE(16); left > 0; --left) {
    yield { kind: bytes.readUInt32LE(at), at };
    at += bytes.readUInt32LE(at + 4);
  }
}

const textAt = (bytes: Buffer, at: number) => bytes.toString('latin1', at, bytes.indexOf(0, at));
const plain = (name: string) => name.replace(/^_/, '');

function readSymbols(bytes: Buffer, at: number): Pick<MachO, 'exports' | 'imports'> {
  const table = bytes.readUInt32LE(at + 8);
  const names = bytes.readUInt32LE(at + 16);
  const found = { exports: [] as string[], imports: [] as string[] };
  for (let i = 0; i < bytes.readUInt32LE(at + 12); ++i) {
    const entry = table + i * SYMBOL_LEN;
    const type = bytes.readUInt8(entry + 4);
    if ((type & N.debug) !== 0 || (type & N.external) === 0 || (type & N.privateExternal) !== 0)
      continue;
    const name = plain(textAt(bytes, names + bytes.readUInt32LE(entry)));
    ((type & N.typeMask) === 0 ? found.imports : found.exports).push(name);
  }
  return { exports: found.exports.toSorted(), imports: found.imports.toSorted() };
}

function readSystem(bytes: Buffer, commands: readonly Command[]): string | undefined {
  const build = commands.find(({ kind }) => kind === LC.buildVersion);
  const least = commands.find(({ kind }) => kind === LC.versionMin);
  const at = build ? build.at + 12 : least && least.at + 8;
  if (at === undefined) return undefined;
  const version = bytes.readUInt32LE(at);
  return `${version >> 16}.${(version >> 8) & 0xff}`;
}

/** Reads a Mach-O file. */
export function readMachO(path: string): MachO {
  const bytes = readFileSync(path);
  if (bytes.readUInt32LE(0) !== MAGIC_64) throw new Error('not a 64-bit Mach-O file');
  const commands = [...commandsOf(bytes)];
  const symbols = commands.find(({ kind }) => kind === LC.symtab);
  return {
    cpu: CPU[bytes.readUInt32LE(4)] ?? 'other',
    libraries: commands
      .filter(({ kind }) => kind === LC.loadDylib)
      .map(({ at }) => textAt(bytes, at + bytes.readUInt32LE(at + 8))),
    oldestSystem: readSystem(bytes, commands),
    ...(symbols ? readSymbols(bytes, symbols.at) : { exports: [], imports: [] }),
    isSigned: commands.some(({ kind }) => kind === LC.codeSignature),
  };
}
