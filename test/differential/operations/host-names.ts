/** Which names a certificate answers for: the table that all tests of host names share. */
import { hostnameCases, type HostnameCase } from '../../helpers/hostname-cases.js';
import type { Script } from '../support/script.js';
import {
  clientContext,
  objects,
  serverContext,
  setTo,
  shake,
  showing,
  trusting,
  unchanged,
} from '../support/tls-steps.js';

/** The file with the certificate of a row; rows with the same names share one. */
export const identityOf = ({ cn, sans }: HostnameCase): string =>
  `names-${Buffer.from(JSON.stringify([cn, sans]))
    .toString('hex')
    .slice(-60)}.pem`;

const matched = (row: HostnameCase): Script => {
  const checksCommonName = row.hostnameChecksCommonName ?? true;
  const change = checksCommonName ? unchanged : setTo('hostname_checks_common_name', false);
  return {
    name: row.name,
    steps: [
      ...clientContext((context) => [...trusting('ca.pem')(context), ...change(context)]),
      ...serverContext(showing(identityOf(row))),
      ...objects({ serverHostname: row.target }),
      shake,
    ],
  };
};

export const hostNames: readonly Script[] = hostnameCases().map(matched);
