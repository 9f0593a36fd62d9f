/**
 * Reads the code signature of a Mach-O file, and computes what macOS does before it runs a page: the page's hash. Apple's
 * cs_blobs.h (XNU, osfmk/kern) names the numbers, which are big-endian.
 */
import { createHash } from 'node:crypto';

export interface CodeSignature {
  /** Whether it has no signer and only lists the hashes of the pages. */
  readonly isAdHoc: boolean;
  /** A signature by certificates is in a part of its own. */
  readonly hasSigner: boolean;
  readonly hash: 'sha256' | 'other';
  readonly pageSize: number;
  /** The end of the signed part of the file. */
  readonly codeLimit: number;
  /** Of the segment that holds the code. */
  readonly executable: { readonly offset: number; readonly length: number };
  /** The expected hash of each page. */
  readonly pages: readonly Buffer[];
}

const MAGIC = { signature: 0xfade0cc0, codeDirectory: 0xfade0c02 };
const SLOT = { codeDirectory: 0, signer: 0x10000 };
const AD_HOC = 2;
const SHA256 = 2;
/** The first version that names the executable segment. */
const HAS_EXECUTABLE = 0x20400;

/** Returns the parts of a signature by their kind. */
function partsOf(blob: Buffer): Map<number, Buffer> {
  if (blob.readUInt32BE(0) !== MAGIC.signature) throw new Error('not a code signature');
  const parts = new Map<number, Buffer>();
  for (let i = 0; i < blob.readUInt32BE(8); ++i) {
    const start = blob.readUInt32BE(12 + 8 * i + 4);
    const length = blob.readUInt32BE(start + 4);
    parts.set(blob.readUInt32BE(12 + 8 * i), blob.subarray(start, start + length));
  }
  return parts;
}

/** Reads the signature that begins at the start of `blob`. */
export function readCodeSignature(blob: Buffer): CodeSignature {
  const parts = partsOf(blob);
  const directory = parts.get(SLOT.codeDirectory);
  if (directory?.readUInt32BE(0) !== MAGIC.codeDirectory) throw new Error('no code directory');
  const start = directory.readUInt32BE(16);
  const hashLen = directory.readUInt8(36);
  const hasExecutable = directory.readUInt32BE(8) >= HAS_EXECUTABLE;
  const long = (at: number) => (hasExecutable ? Number(directory.readBigUInt64BE(at)) : 0);
  const signer = parts.get(SLOT.signer);
  return {
    isAdHoc: (directory.readUInt32BE(12) & AD_HOC) !== 0,
    hasSigner: signer !== undefined && signer.length > 8,
    hash: directory.readUInt8(37) === SHA256 ? 'sha256' : 'other',
    pageSize: 2 ** directory.readUInt8(39),
    codeLimit: directory.readUInt32BE(32),
    executable: { offset: long(64), length: long(72) },
    pages: Array.from({ length: directory.readUInt32BE(28) }, (_, i) =>
      directory.subarray(start + i * hashLen, start + (i + 1) * hashLen),
    ),
  };
}

/** The numbers of the pages that are not what was signed: macOS ends a process that touches one. */
export function wrongPages(file: Buffer, signature: CodeSignature): number[] {
  const { pageSize, codeLimit, pages } = signature;
  const numPages = Math.ceil(codeLimit / pageSize);
  const found: number[] = [];
  for (let i = 0; i < Math.max(numPages, pages.length); ++i) {
    const page = file.subarray(i * pageSize, Math.min((i + 1) * pageSize, codeLimit));
    const hash = createHash('sha256').update(page).digest();
    if (i >= numPages || pages[i]?.equals(hash) !== true) found.push(i);
  }
  return found;
}
