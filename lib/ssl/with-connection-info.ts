// The mixin that gives a stream the methods that describe a connection: SSLSocket is a Duplex, and cannot inherit them.
// It copies the members of the class. A class made inside the function would not need that, but its members would have no
// documentation in the declarations.
import { ConnectionInfo } from './connection-info.js';

type Class<Values extends readonly unknown[], Instance> = abstract new (
  ...values: Values
) => Instance;

const { constructor: _constructor, ...members } = Object.getOwnPropertyDescriptors(
  ConnectionInfo.prototype,
);

/** Returns a subclass of the class that also has the methods of ConnectionInfo. */
export function withConnectionInfo<Values extends readonly unknown[], Instance extends object>(
  base: Class<Values, Instance>,
): Class<Values, Instance & ConnectionInfo> {
  abstract class Informed extends (base as Class<Values, object>) {}
  Object.defineProperties(Informed.prototype, members);
  return Informed as never;
}
