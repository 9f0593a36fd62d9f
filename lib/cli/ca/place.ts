// A place with trusted certificates.

/** The certificate of the authority as stores know it. */
export interface Root {
  readonly file: string;
  /** The name of its entry: different for each authority. */
  readonly alias: string;
}

/** One place of a store, such as one profile of Firefox. */
export interface Place {
  readonly path: string;
  has(root: Root): Promise<boolean>;
  add(root: Root): Promise<void>;
  remove(root: Root): Promise<void>;
}
