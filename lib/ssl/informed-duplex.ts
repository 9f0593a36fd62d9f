// A Duplex with the information methods: what SSLSocket is below its transport.
import { Duplex } from 'node:stream';

import { Information } from './information.js';

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- the members are copied below
export abstract class InformedDuplex extends Duplex {}
export interface InformedDuplex extends Information {}

const { constructor: _constructor, ...members } = Object.getOwnPropertyDescriptors(
  Information.prototype,
);
Object.defineProperties(InformedDuplex.prototype, members);
