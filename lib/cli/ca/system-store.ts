// The system's store. On Linux: a folder of anchors, and the program that makes bundles of it.
import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  chmodSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import path from 'node:path';

import { pemCertToDerCert, systemCertificates } from '../../ssl.js';
import { certificateFile } from './folder.js';
import { findProgram, mustRun, StoreError } from './program.js';
import type { Place, Root } from './place.js';

interface Layout {
  readonly folder: string;
  readonly extension: string;
  readonly program: string;
  readonly args: readonly string[];
}

const LAYOUTS: readonly Layout[] = [
  // Debian, Ubuntu, Alpine
  {
    folder: '/usr/local/share/ca-certificates',
    extension: '.crt',
    program: 'update-ca-certificates',
    args: [],
  },
  // Fedora, Red Hat
  {
    folder: '/etc/pki/ca-trust/source/anchors',
    extension: '.pem',
    program: 'update-ca-trust',
    args: ['extract'],
  },
  // Arch
  {
    folder: '/etc/ca-certificates/trust-source/anchors',
    extension: '.crt',
    program: 'trust',
    args: ['extract-compat'],
  },
  // openSUSE
  {
    folder: '/etc/pki/trust/anchors',
    extension: '.pem',
    program: 'update-ca-certificates',
    args: [],
  },
];

interface Elsewhere {
  readonly path: string;
  readonly add: string;
  readonly remove: string;
}

/** The commands for platforms on which a dialog asks the user before such a change. */
const ELSEWHERE: Readonly<Record<string, Elsewhere>> = {
  darwin: {
    path: 'the login keychain',
    add: `security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db "${certificateFile()}"`,
    remove: `security remove-trusted-cert "${certificateFile()}"`,
  },
  win32: {
    path: 'the current user’s store Root',
    add: `certutil -user -addstore Root "${certificateFile()}"`,
    remove: 'certutil -user -delstore Root "hermetic-ssl local authority"',
  },
};

const placeElsewhere = ({ path: name, add, remove }: Elsewhere): Place => ({
  path: name,
  has: ({ file }) => {
    const own = pemCertToDerCert(readFileSync(file, 'utf8'));
    return Promise.resolve(systemCertificates().some(({ der }) => der.equals(own)));
  },
  add: () => Promise.reject(new StoreError(`only you may change this store. Run: ${add}`)),
  remove: () => Promise.reject(new StoreError(`only you may change this store. Run: ${remove}`)),
});

function requireWritable(
  { folder, extension, program, args }: Layout,
  root: Root,
  isAdding: boolean,
): void {
  // prettier-ignore
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    const file = path.join(folder, root.alias + extension);
    const first = isAdding ? `sudo install -m 644 "${root.file}" ${file}` : `sudo rm ${file}`;
    throw new StoreError(
      `only root may change ${folder}. Run: ${first} && sudo ${[program, ...args].join(' ')}`,
    );
  }
}

function placeOf(layout: Layout, program: string): Place {
  const { folder, extension, args } = layout;
  const fileOf = (root: Root): string => path.join(folder, root.alias + extension);
  return {
    path: folder,
    has: (root) => Promise.resolve(existsSync(fileOf(root))),
    async add(root) {
      requireWritable(layout, root, true);
      copyFileSync(root.file, fileOf(root));
      chmodSync(fileOf(root), 0o644);
      await mustRun(program, args);
    },
    async remove(root) {
      requireWritable(layout, root, false);
      rmSync(fileOf(root));
      await mustRun(program, args);
    },
  };
}

/** Returns the place of the system's anchors. @throws StoreError if it is unknown */
export function systemPlaces(forAdding: boolean): Place[] {
  const elsewhere = ELSEWHERE[process.platform];
  if (elsewhere !== undefined) return [placeElsewhere(elsewhere)];
  for (const layout of LAYOUTS) {
    const program = findProgram(layout.program);
    if (program !== undefined && existsSync(layout.folder)) return [placeOf(layout, program)];
  }
  if (!forAdding) return [];
  throw new StoreError(
    'the place of the system’s certificates is unknown. On Debian, install the package ca-certificates.',
  );
}
