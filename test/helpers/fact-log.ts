/** Facts of finished connections, in the order in which they ended, and errors in the peers' common form. */
import { eventually } from './collect.js';
import type { ConnectionFacts, PeerError } from './peer-types.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export type FactsInProgress = Mutable<ConnectionFacts>;

export function emptyFacts(): FactsInProgress {
  return {
    version: null,
    cipher: null,
    alpn: null,
    peerCommonName: null,
    sni: null,
    reused: false,
    received: Buffer.alloc(0),
    cleanClose: null,
    error: null,
  };
}

export class FactLog {
  private readonly facts: ConnectionFacts[] = [];

  add(facts: ConnectionFacts): void {
    this.facts.push(facts);
  }

  first(count: number): Promise<ConnectionFacts[]> {
    return eventually(() => (this.facts.length >= count ? this.facts.slice(0, count) : null), {
      what: `the end of ${count} connections`,
    });
  }
}

export function peerError(
  phase: PeerError['phase'],
  kind: string,
  message: string,
  rest: Partial<PeerError> = {},
): PeerError {
  return { phase, kind, message, reason: null, verifyCode: null, ...rest };
}
