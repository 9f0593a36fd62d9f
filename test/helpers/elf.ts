/**
 * Reads what the dynamic linker reads of a 64-bit little-endian ELF file: needed libraries, flags, symbols and the
 * versions they ask for (System V gABI chapters 4 and 5, and the GNU extensions). It needs no tool and no section
 * headers, so that stripped files are read the same way.
 */
import { readFileSync } from 'node:fs';

/** A symbol that the file takes from elsewhere. */
export interface ElfImport {
  readonly name: string;
  /** May stay unresolved. */
  readonly isWeak: boolean;
  /** As in "GLIBC_2.34", where the file asks for a version. */
  readonly version: string | undefined;
}

export interface Elf {
  readonly needed: readonly string[];
  /** DT_RPATH or DT_RUNPATH: where else the linker would look for libraries. */
  readonly searchPaths: readonly string[];
  readonly exports: readonly string[];
  readonly imports: readonly ElfImport[];
  readonly isSymbolic: boolean;
  readonly bindsNow: boolean;
  readonly isNeverUnloaded: boolean;
  /** PT_GNU_RELRO: what relocation wrote is read-only afterwards. */
  readonly hasRelro: boolean;
  readonly hasExecutableStack: boolean;
  /** Relocations in code, which make the code writable for a moment. */
  readonly hasTextRelocations: boolean;
}

const PT = { load: 1, dynamic: 2, gnuStack: 0x6474e551, gnuRelro: 0x6474e552 } as const;

const DT = {
  needed: 1n, strtab: 5n, symtab: 6n, rpath: 15n, symbolic: 16n, textrel: 22n, bindNow: 24n, runpath: 29n, flags: 30n,
  gnuHash: 0x6ffffef5n, versym: 0x6ffffff0n, flags1: 0x6ffffffbn, verneed: 0x6ffffffen, verneednum: 0x6fffffffn, hash: 4n,
} as const; // prettier-ignore

const DF = { symbolic: 2n, textrel: 4n, bindNow: 8n } as const;
const DF_1 = { now: 1n, nodelete: 8n } as const;
const SYMBOL_LEN = 24;
const WEAK = 2;
const EXECUTABLE = 1;

interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: bigint;
  readonly length: bigint;
}

class Reader {
  readonly segments: readonly Segment[];
  private readonly entries: readonly (readonly [tag: bigint, value: bigint])[];

  constructor(readonly bytes: Buffer) {
    if (bytes.readUInt32BE(0) !== 0x7f454c46 || bytes[4] !== 2 || bytes[5] !== 1)
      throw new Error('not a 64-bit little-endian ELF file');
    this.segments = [...this.readSegments()];
    this.entries = [...this.readDynamic()];
  }

  private *readSegments(): Generator<Segment> {
    const start = Number(this.bytes.readBigUInt64LE(32));
    const size = this.bytes.readUInt16LE(54);
    for (let i = 0; i < this.bytes.readUInt16LE(56); ++i) {
      const at = start + i * size;
      yield {
        type: this.bytes.readUInt32LE(at),
        flags: this.bytes.readUInt32LE(at + 4),
        offset: Number(this.bytes.readBigUInt64LE(at + 8)),
        address: this.bytes.readBigUInt64LE(at + 16),
        length: this.bytes.readBigUInt64LE(at + 32),
      };
    }
  }

  private *readDynamic(): Generator<readonly [bigint, bigint]> {
    const segment = this.segments.find(({ type }) => type === PT.dynamic);
    if (!segment) throw new Error('the file is not dynamic');
    for (let at = segment.offset; ; at += 16) {
      const tag = this.bytes.readBigUInt64LE(at);
      if (tag === 0n) return;
      yield [tag, this.bytes.readBigUInt64LE(at + 8)];
    }
  }

  all(tag: bigint): bigint[] {
    return this.entries.filter(([found]) => found === tag).map(([, value]) => value);
  }

  one(tag: bigint): bigint | undefined {
    return this.all(tag)[0];
  }

  /** The place in the file of an address that a dynamic entry holds. */
  offsetOf(tag: bigint): number | undefined {
    const address = this.one(tag);
    if (address === undefined) return undefined;
    const holds = ({ type, address: start, length }: Segment) =>
      type === PT.load && address >= start && address < start + length;
    const segment = this.segments.find(holds);
    if (!segment) throw new Error(`address 0x${address.toString(16)} is in no segment`);
    return segment.offset + Number(address - segment.address);
  }

  string(index: number | bigint): string {
    const start = (this.offsetOf(DT.strtab) ?? 0) + Number(index);
    return this.bytes.toString('latin1', start, this.bytes.indexOf(0, start));
  }
}

/** The number of dynamic symbols is stored nowhere but in the hash table. */
function countSymbols(reader: Reader): number {
  const { bytes } = reader;
  const plain = reader.offsetOf(DT.hash);
  if (plain !== undefined) return bytes.readUInt32LE(plain + 4);
  const table = reader.offsetOf(DT.gnuHash);
  if (table === undefined) throw new Error('the file has no hash table of its symbols');
  const numBuckets = bytes.readUInt32LE(table);
  const firstHashed = bytes.readUInt32LE(table + 4);
  const buckets = table + 16 + 8 * bytes.readUInt32LE(table + 8);
  const chains = buckets + 4 * numBuckets;
  let last = 0;
  for (let i = 0; i < numBuckets; ++i) last = Math.max(last, bytes.readUInt32LE(buckets + 4 * i));
  if (last < firstHashed) return firstHashed;
  while ((bytes.readUInt32LE(chains + 4 * (last - firstHashed)) & 1) === 0) ++last;
  return last + 1;
}

/** Version names by their index in DT_VERSYM. */
function readVersionNeeds(reader: Reader): Map<number, string> {
  const names = new Map<number, string>();
  const { bytes } = reader;
  let at = reader.offsetOf(DT.verneed) ?? 0;
  for (let left = Number(reader.one(DT.verneednum) ?? 0n); left > 0; --left) {
    let entry = at + bytes.readUInt32LE(at + 8);
    for (let i = bytes.readUInt16LE(at + 2); i > 0; --i) {
      names.set(bytes.readUInt16LE(entry + 6), reader.string(bytes.readUInt32LE(entry + 8)));
      entry += bytes.readUInt32LE(entry + 12);
    }
    at += bytes.readUInt32LE(at + 12);
  }
  return names;
}

function readSymbols(reader: Reader): Pick<Elf, 'exports' | 'imports'> {
  const { bytes } = reader;
  const table = reader.offsetOf(DT.symtab) ?? 0;
  const versions = reader.offsetOf(DT.versym);
  const versionNames = readVersionNeeds(reader);
  const exports: string[] = [];
  const imports: ElfImport[] = [];
  const count = countSymbols(reader);
  for (let i = 1; i < count; ++i) {
    const at = table + i * SYMBOL_LEN;
    const name = reader.string(bytes.readUInt32LE(at));
    const binding = bytes.readUInt8(at + 4) >> 4;
    const version = versions === undefined ? 0 : bytes.readUInt16LE(versions + 2 * i) & 0x7fff;
    if (bytes.readUInt16LE(at + 6) !== 0) exports.push(name);
    else imports.push({ name, isWeak: binding === WEAK, version: versionNames.get(version) });
  }
  return { exports: exports.toSorted(), imports: imports.toSorted(byName) };
}

const byName = (a: ElfImport, b: ElfImport): number => (a.name < b.name ? -1 : 1);

/** Reads an ELF file. */
export function readElf(path: string): Elf {
  const reader = new Reader(readFileSync(path));
  const flags = reader.one(DT.flags) ?? 0n;
  const flags1 = reader.one(DT.flags1) ?? 0n;
  const stack = reader.segments.find(({ type }) => type === PT.gnuStack);
  const has = (tag: bigint) => reader.one(tag) !== undefined;
  return {
    ...readSymbols(reader),
    needed: reader.all(DT.needed).map((index) => reader.string(index)),
    searchPaths: [...reader.all(DT.rpath), ...reader.all(DT.runpath)].map((index) =>
      reader.string(index),
    ),
    isSymbolic: has(DT.symbolic) || (flags & DF.symbolic) !== 0n,
    bindsNow: has(DT.bindNow) || (flags & DF.bindNow) !== 0n || (flags1 & DF_1.now) !== 0n,
    isNeverUnloaded: (flags1 & DF_1.nodelete) !== 0n,
    hasRelro: reader.segments.some(({ type }) => type === PT.gnuRelro),
    // A file without the header leaves the choice to the kernel, which takes the old, executable one.
    hasExecutableStack: stack === undefined || (stack.flags & EXECUTABLE) !== 0,
    hasTextRelocations: has(DT.textrel) || (flags & DF.textrel) !== 0n,
  };
}

/** The newest version of a family ("GLIBC") that the imports ask for, as [2, 34]. */
export function newestVersion(elf: Elf, family: string): readonly number[] | undefined {
  const prefix = `${family}_`;
  const versions = elf.imports
    .map(({ version }) => version)
    .filter((version) => version?.startsWith(prefix) ?? false)
    .map((version) => (version ?? '').slice(prefix.length).split('.').map(Number));
  const compare = (a: readonly number[], b: readonly number[]) =>
    (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0) || (a[2] ?? 0) - (b[2] ?? 0);
  return versions.toSorted(compare).at(-1);
}
