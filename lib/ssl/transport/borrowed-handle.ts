// The handle of a net.Socket whose descriptor is borrowed: its methods that concern the descriptor concern the stream as well,
// and its counts of bytes include those that have moved without it.

/** The members of libuv's handle that are used or replaced while its descriptor is borrowed. */
export interface Handle {
  readonly fd?: number;
  reading: boolean;
  readStart(): number;
  readStop(): number;
  hasRef(): boolean;
}

/** The stream over the descriptor. */
export interface Borrower {
  close(): void;
  setReferenced(isReferenced: boolean): void;
}

/** The state of a handle whose descriptor is or was borrowed. */
export interface Borrowing {
  /** Null once the descriptor was given back. */
  borrower: Borrower | null;
  /** The bytes that have moved over the descriptor without the handle. */
  numReceived: number;
  numSent: number;
}

const BORROWING = Symbol('borrowing of a handle');

type Method = (this: Lending, ...values: unknown[]) => unknown;
type Lending = Handle & { [BORROWING]?: Borrowing };
type Native = Readonly<Record<'close' | 'reset' | 'ref' | 'unref', Method | undefined>>;

/** The actions before the methods of a handle. */
const BEFORE: Readonly<Record<keyof Native, (borrower: Borrower) => void>> = {
  close: (borrower) => borrower.close(),
  reset: (borrower) => borrower.close(),
  ref: (borrower) => borrower.setReferenced(true),
  unref: (borrower) => borrower.setReferenced(false),
};
const NAMES = Object.keys(BEFORE) as (keyof Native)[];

/** Whether the methods are those of the handle's class: others may hide the ones that borrowing adds. */
export function isOriginal(handle: Handle): boolean {
  const own = handle as unknown as Native;
  const { close, reset, ref, unref } = Object.getPrototypeOf(handle) as Native;
  return own.close === close && own.reset === reset && own.ref === ref && own.unref === unref;
}

function methodOf(native: Native, name: keyof Native): Method | undefined {
  const method = native[name];
  if (method === undefined) return undefined;
  const act = BEFORE[name];
  return function (this: Lending, ...values: unknown[]): unknown {
    const { borrower } = this[BORROWING]!;
    if (borrower !== null) act(borrower);
    return method.apply(this, values);
  };
}

function counterOf(
  native: object,
  name: 'bytesRead' | 'bytesWritten',
  count: (borrowing: Borrowing) => number,
): PropertyDescriptor {
  return {
    configurable: true,
    get(this: Lending): number {
      const own = (Reflect.get(native, name, this) as number | undefined) ?? 0;
      return own + count(this[BORROWING]!);
    },
  };
}

// A prototype for all handles of a class, and not properties of each handle: those are slow to define and to delete, for each
// connection.
const prototypes = new WeakMap<object, object>();

function prototypeFor(native: object): object {
  const known = prototypes.get(native);
  if (known !== undefined) return known;
  const made = Object.create(native, {
    bytesRead: counterOf(native, 'bytesRead', ({ numReceived }) => numReceived),
    bytesWritten: counterOf(native, 'bytesWritten', ({ numSent }) => numSent),
  }) as object;
  for (const name of NAMES) {
    const value = methodOf(native as Native, name);
    if (value !== undefined)
      Object.defineProperty(made, name, { value, configurable: true, writable: true });
  }
  prototypes.set(native, made);
  return made;
}

/** Borrows the descriptor of a handle, perhaps again. */
export function borrowHandle(handle: Handle, borrower: Borrower): Borrowing {
  const lending: Lending = handle;
  const known = lending[BORROWING];
  if (known !== undefined) {
    known.borrower = borrower;
    return known;
  }
  const borrowing: Borrowing = { borrower, numReceived: 0, numSent: 0 };
  Object.setPrototypeOf(lending, prototypeFor(Object.getPrototypeOf(lending) as object));
  lending[BORROWING] = borrowing;
  return borrowing;
}
