// Finds the place of each public name on the pages, and makes links to it.
import ts from 'typescript';

/** Returns the anchor that GitHub gives a heading. */
export const slug = (heading) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

/**
 * @typedef {import('./model.mjs').Entry} Entry
 * @typedef {{ file: string, specifier: string, source: string, intro: string, entries: Entry[] }} Page
 */

/** The common heading of constants, which are lines of a list. */
const CONSTANTS = 'constants';

/** Returns whether an entry is a line of a list and not a section. */
export const isLine = ({ kind, forms }) =>
  kind === 'constant' && forms.every(({ code }) => !code.includes('\n'));

/** Returns the entry of a symbol on a page; if it has several, the one under its own name. */
const primary = (entries, symbol) =>
  entries.find((entry) => entry.symbol === symbol && entry.name === symbol.name) ??
  entries.find((entry) => entry.symbol === symbol);

export class Places {
  /** @type {Map<import('typescript').Symbol, { page: Page, entry: Entry, anchor: string }>} */
  #places = new Map();
  #problems = [];

  /** @param {Page[]} pages in order: a name of several pages belongs to the one that declares it, else to the first */
  constructor(pages) {
    for (const page of pages) for (const entry of page.entries) this.#placeEntry(page, entry);
    for (const { page, entry } of [...this.#places.values()]) this.#placeMembers(page, entry);
    this.#findDoubles();
  }

  /** Headings that differ only in case have the same anchor. */
  #findDoubles() {
    const seen = new Map();
    for (const { page, entry, anchor } of this.#places.values()) {
      const url = `${page.file}#${anchor}`;
      const other = seen.get(url);
      seen.set(url, entry);
      if (other !== undefined && other !== entry && anchor !== CONSTANTS)
        this.#problems.push(`${other.name} and ${entry.name} have the same anchor, ${url}`);
    }
  }

  #placeEntry(page, entry) {
    const known = this.#places.get(entry.symbol);
    if (known !== undefined && (known.page === page || entry.source !== page.source)) return;
    if (primary(page.entries, entry.symbol) !== entry) return;
    const anchor = isLine(entry) ? CONSTANTS : slug(entry.name);
    this.#places.set(entry.symbol, { page, entry, anchor });
  }

  /**
   * A member belongs to the class that declares it; a member of a base without an entry belongs to
   * the first subclass.
   */
  #placeMembers(page, entry) {
    for (const { symbol, owner, name } of entry.members) {
      const isTold = this.#places.has(symbol) || this.isInherited({ owner }, entry);
      const anchor = slug(entry.kind === 'class' ? `${entry.name}.${name}` : entry.name);
      if (!isTold) this.#places.set(symbol, { page, entry, anchor });
    }
  }

  /** Returns whether another entry, a base, documents the member. */
  isInherited({ owner }, entry) {
    return owner !== entry.symbol && this.#places.has(owner);
  }

  /** Problems found so far: names that are linked to, or used by a declaration, without a place. */
  get problems() {
    return [...new Set(this.#problems)];
  }

  place(symbol) {
    return this.#places.get(symbol);
  }

  /** Returns the entry's place, or another place for a name that is documented elsewhere. */
  isHome(page, entry) {
    const place = this.#places.get(entry.symbol);
    return place?.page === page && place.entry === entry;
  }

  /** Returns a link from a page to a symbol, or undefined. */
  to(symbol, page, label) {
    const place = this.#places.get(symbol);
    if (place === undefined) return undefined;
    const file = place.page === page ? '' : place.page.file;
    return `[${label}](${file}#${place.anchor})`;
  }

  /** Returns a link for the text of a comment. */
  fromComment({ name, label, symbol }, page, resolve) {
    const target = symbol && resolve(symbol);
    const byName = page.entries.find((entry) => entry.name === name)?.symbol;
    const link = [target, byName].map((each) => each && this.to(each, page, `\`${label}\``));
    const found = link.find((each) => each !== undefined);
    if (found === undefined) this.#problems.push(`{@link ${name}} leads nowhere (${page.source})`);
    return found ?? `\`${label}\``;
  }

  /**
   * Returns links to the names that declarations use, each once.
   * @param {import('typescript').Node[]} nodes
   * @param {import('./model.mjs').ModelReader} reader
   */
  used(nodes, page, own, reader) {
    const symbols = new Set(nodes.flatMap((node) => [...referenced(node, reader)]));
    const links = [];
    for (const symbol of symbols) {
      const place = this.#places.get(symbol);
      if (place !== undefined && place.entry !== own) {
        links.push(this.to(symbol, page, place.entry.name));
      } else if (place === undefined && reader.sourceOf(symbol) !== null) {
        const user = `${own?.name ?? 'a constant'} of ${page.specifier}`;
        this.#problems.push(`${user} uses ${symbol.name}, which no entry point exports`);
      }
    }
    return links;
  }
}

/** Returns the symbols of the types that a declaration names, without type parameters. */
function* referenced(node, reader) {
  if (ts.isIdentifier(node) && isTypeName(node)) {
    const found = reader.checker.getSymbolAtLocation(node);
    const symbol = found && reader.resolve(found);
    if (symbol && !(symbol.flags & ts.SymbolFlags.TypeParameter)) yield symbol;
    return;
  }
  const children = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* referenced(child, reader);
}

function isTypeName({ parent }) {
  return (
    ts.isTypeReferenceNode(parent) ||
    ts.isTypeQueryNode(parent) ||
    ts.isExpressionWithTypeArguments(parent)
  );
}
