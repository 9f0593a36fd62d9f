// Typed listeners for the events that a class adds to those of its Node class, as @types/node has them for node:tls.

/** The methods of an EventEmitter, for the events and arguments that `Events` names. */
export interface Emits<Events extends Record<keyof Events, unknown[]>> {
  addListener<Name extends keyof Events>(event: Name, listener: Listener<Events[Name]>): this;
  on<Name extends keyof Events>(event: Name, listener: Listener<Events[Name]>): this;
  once<Name extends keyof Events>(event: Name, listener: Listener<Events[Name]>): this;
  prependListener<Name extends keyof Events>(event: Name, listener: Listener<Events[Name]>): this;
  prependOnceListener<Name extends keyof Events>(
    event: Name,
    listener: Listener<Events[Name]>,
  ): this;
  emit<Name extends keyof Events>(event: Name, ...values: Events[Name]): boolean;
}

type Listener<Values extends unknown[]> = (...values: Values) => void;
