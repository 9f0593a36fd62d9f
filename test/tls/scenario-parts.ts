/** Values that several scenarios use. */
import type { TLSSocket, TlsOptions } from 'node:tls';

import type { Side, Stage } from './event-recorder.js';
import { pki } from './support.js';

export const keyOf = (
  name: 'stranger' | 'expired' | 'notYetValid' | 'selfSigned' | 'client',
): TlsOptions => {
  const { keyPem: key, certPem: cert } = pki[name];
  return { key, cert };
};
export const coded = (code: string): Error => Object.assign(new Error(`text of ${code}`), { code });
export const ends = (socket: TLSSocket): void => void socket.end();
export const resets =
  (side: Side) =>
  (socket: TLSSocket, { note }: Stage): void => {
    try {
      socket.resetAndDestroy();
    } catch (error) {
      note(side, (error as NodeJS.ErrnoException).code!);
      socket.destroy();
    }
  };
export const later = (act: () => void, milliseconds = 20): void =>
  void setTimeout(act, milliseconds);

export const TLS12 = { maxVersion: 'TLSv1.2' } as const;
export const stranger = keyOf('stranger');
export const asks = { requestCert: true, ca: pki.caPem } as const;
