/** Certificates as the registry of Windows keeps them in its stores: a property after the other ([MS-GPEF], 2.2.1.2). */
import { createHash } from 'node:crypto';

import { oid, sequence } from '../../helpers/der.js';

const Property = { ENHANCED_KEY_USAGE: 9, CERTIFICATE: 32, CRL: 33 } as const;

/** The registry keys of each place's stores. Wine has no others: not the enterprise's, the services', other users'. */
const PLACES = {
  user: String.raw`HKEY_CURRENT_USER\Software\Microsoft\SystemCertificates`,
  userPolicy: String.raw`HKEY_CURRENT_USER\Software\Policies\Microsoft\SystemCertificates`,
  machine: String.raw`HKEY_LOCAL_MACHINE\Software\Microsoft\SystemCertificates`,
  machinePolicy: String.raw`HKEY_LOCAL_MACHINE\Software\Policies\Microsoft\SystemCertificates`,
} as const;

export type Place = keyof typeof PLACES;

type Folder = 'Certificates' | 'CRLs';

export interface StoredItem {
  readonly store: string;
  readonly der: Uint8Array;
  readonly folder?: Folder;
  /** The user's stores without it. */
  readonly place?: Place;
  /** The purposes that the user has left of it. */
  readonly usages?: readonly string[];
}

function property(id: number, value: Uint8Array): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(id, 0);
  head.writeUInt32LE(1, 4); // always
  head.writeUInt32LE(value.length, 8);
  return Buffer.concat([head, value]);
}

const usagesDer = (oids: readonly string[]) => sequence(...oids.map((dotted) => oid(dotted)));

function blobOf(item: StoredItem): Buffer {
  const { usages } = item;
  const content = item.folder === 'CRLs' ? Property.CRL : Property.CERTIFICATE;
  return Buffer.concat([
    ...(usages ? [property(Property.ENHANCED_KEY_USAGE, usagesDer(usages))] : []),
    property(content, item.der),
  ]);
}

/** The text of a .reg file that puts them into the stores. */
export function registryFile(items: readonly StoredItem[]): Buffer {
  const entries = items.map((item) => {
    const thumbprint = createHash('sha1').update(item.der).digest('hex').toUpperCase();
    const path = `${PLACES[item.place ?? 'user']}\\${item.store}\\${item.folder ?? 'Certificates'}\\${thumbprint}`;
    const bytes = [...blobOf(item)].map((byte) => byte.toString(16).padStart(2, '0')).join(',');
    return `[${path}]\r\n"Blob"=hex:${bytes}\r\n\r\n`;
  });
  const text = `Windows Registry Editor Version 5.00\r\n\r\n${entries.join('')}`;
  return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
}
