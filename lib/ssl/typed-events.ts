// Typed listeners for the events that a class adds to those of its Node class, as @types/node has them for node:tls.

/**
 * The methods of an EventEmitter, for the events and arguments that `Events` names. The reference describes the events with
 * the class that emits them.
 */
export interface Emits<Events extends Record<keyof Events, unknown[]>> {
  /** @hidden */
  addListener<Name extends keyof Events>(event: Name, listener: Listener<Events[Name]>): this;
  /** @hidden */
  on<Name extends keyof Events>(event: Name, listener: Listener<Events[Name]>): this;
  /** @hidden */
  once<Name extends keyof Events>(event: Name, listener: Listener<Events[Name]>): this;
  /** @hidden */
  prependListener<Name extends keyof Events>(event: Name, listener: Listener<Events[Name]>): this;
  /** @hidden */
  prependOnceListener<Name extends keyof Events>(
    event: Name,
    listener: Listener<Events[Name]>,
  ): this;
  /** @hidden */
  emit<Name extends keyof Events>(event: Name, ...values: Events[Name]): boolean;
}

type Listener<Values extends unknown[]> = (...values: Values) => void;
