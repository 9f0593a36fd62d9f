// The names that the local authority may issue for. No public authority may.
import { BlockList, isIP, isIPv6 } from 'node:net';

import { UsageError } from '../frame/command.js';

/** RFC 6761, 6762, 8375, and ICANN's reservation of "internal". */
const DOMAINS = ['localhost', 'test', 'local', 'internal', 'home.arpa'];

/** This machine, private networks, and one link (RFC 1122, 1918, 3927, 4193, 4291). */
const NETWORKS: readonly (readonly [address: string, prefix: number, mask: string])[] = [
  ['127.0.0.0', 8, '255.0.0.0'],
  ['10.0.0.0', 8, '255.0.0.0'],
  ['172.16.0.0', 12, '255.240.0.0'],
  ['192.168.0.0', 16, '255.255.0.0'],
  ['169.254.0.0', 16, '255.255.0.0'],
  ['::1', 128, 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['fc00::', 7, 'fe00::'],
  ['fe80::', 10, 'ffc0::'],
];

/** The permitted subtrees of the authority's certificate, in OpenSSL's notation. */
export const PERMITTED_SUBTREES: readonly string[] = [
  ...DOMAINS.map((domain) => `DNS:${domain}`),
  ...NETWORKS.map(([address, , mask]) => `IP:${address}/${mask}`),
];

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4');

function isLocalAddress(address: string): boolean {
  const list = new BlockList();
  for (const [network, prefix] of NETWORKS) list.addSubnet(network, prefix, familyOf(network));
  return list.check(address, familyOf(address));
}

function isLocal(name: string): boolean {
  if (isIP(name) !== 0) return isLocalAddress(name);
  const lower = name.toLowerCase();
  return DOMAINS.some((domain) => lower === domain || lower.endsWith(`.${domain}`));
}

/** Refuses a name that certificates of the authority would not verify for. @throws UsageError */
export function requireLocalName(name: string): void {
  if (isLocal(name)) return;
  throw new UsageError(
    `the local authority may not issue for '${name}': only for ${DOMAINS.join(', ')}, names below them, and addresses of this machine and of private networks`,
  );
}
