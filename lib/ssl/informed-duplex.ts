// A Duplex with the methods that describe a connection, and with typed events: a base class of SSLSocket.
import { Duplex, type DuplexOptions } from 'node:stream';

import { Information } from './connection-info.js';
import type { Emits } from './typed-events.js';

/** The events of SSLSocket in addition to those of Duplex. */
interface SSLSocketEvents {
  /** The transport has connected. */
  connect: [];
  /** The handshake is done. */
  secureConnect: [];
  /** See `setTimeout`. */
  timeout: [];
}

const EventfulDuplex: new (options?: DuplexOptions) => Emits<SSLSocketEvents> & Duplex = Duplex;

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- the members are copied below
export abstract class InformedDuplex extends EventfulDuplex {}
export interface InformedDuplex extends Information {}

const { constructor: _constructor, ...members } = Object.getOwnPropertyDescriptors(
  Information.prototype,
);
Object.defineProperties(InformedDuplex.prototype, members);
