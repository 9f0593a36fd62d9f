// Reads the public names of an entry point as data: the kind of each, its declaration, and its comment.
import ts from 'typescript';
import { readDoc } from './comments.mjs';

/**
 * @typedef {import('./comments.mjs').Doc} Doc
 * @typedef {{ code: string, doc: Doc | null, nodes: import('typescript').Node[] }} Form
 *   One way to declare a name: an overload has several.
 * @typedef {{
 *   name: string, forms: Form[], symbol: import('typescript').Symbol, source: string,
 *   owner: import('typescript').Symbol,
 * }} Member
 *   `owner` is the class or interface that declares it, which may be a base.
 * @typedef {'function' | 'class' | 'type' | 'enum' | 'constant' | 'namespace'} Kind
 * @typedef {{
 *   name: string, kind: Kind, forms: Form[], symbol: import('typescript').Symbol, source: string,
 *   bases: import('typescript').Symbol[], members: Member[],
 *   values: { name: string, value: string, remark: Doc | null }[],
 * }} Entry
 */

const NAMED = ts.SymbolFlags.Class | ts.SymbolFlags.Interface;
const EXPORT = /^(?:export )?(?:declare )?/;

const oneLine = (text) => text.replace(/\s*\n\s*/g, ' ');

/** Returns the text of a declaration without its comment and modifiers, on one line if it fits. */
function codeOf(node, prefix = '') {
  const isMember = !ts.isSourceFile(node.parent) && !ts.isVariableDeclarationList(node.parent);
  const own = node.getText().replaceAll(isMember ? /\n {4}/g : /$^/g, '\n');
  const text = prefix + own.replace(EXPORT, '').replace(/;$/, '');
  const flat = oneLine(text);
  return flat.length <= 100 && !text.includes('/**') ? flat : text;
}

const hasModifier = (node, kind) =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((each) => each.kind === kind);

/** @returns {Form[]} of a symbol's declarations as a member of a class or an interface */
function memberForms(name, declarations, checker) {
  const getter = declarations.find((node) => ts.isGetAccessor(node));
  if (getter === undefined) {
    return declarations.map((node) => ({
      code: codeOf(node),
      doc: readDoc(node, checker),
      nodes: [node],
    }));
  }
  const setter = declarations.find((node) => ts.isSetAccessor(node));
  const readonly = setter === undefined ? 'readonly ' : '';
  const code = `${readonly}${name}: ${oneLine(getter.type?.getText() ?? 'unknown')}`;
  return [{ code, doc: readDoc(getter, checker), nodes: [getter] }];
}

/** Makes the entries of entry points. */
export class ModelReader {
  /** @param {import('./declarations.mjs').Declarations} declarations */
  constructor(declarations) {
    this.declarations = declarations;
    this.checker = declarations.checker;
  }

  /** @returns {Entry[]} the names that a declaration file exports, hidden ones left out */
  read(file) {
    return this.declarations
      .exportsOf(file)
      .map((exported) => this.#entry(exported.name, this.resolve(exported)))
      .filter(({ forms }) => !forms.some(({ doc }) => doc?.isHidden));
  }

  /** Resolves a name through imports and exports. */
  resolve(symbol) {
    return symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  /** Returns the file of lib/ that declares a symbol; null if it is not ours. */
  sourceOf(symbol) {
    const [first] = symbol.declarations ?? [];
    return first ? this.declarations.sourceOf(first) : null;
  }

  /** @returns {Entry} */
  #entry(name, symbol) {
    const [first] = symbol.declarations;
    const common = {
      name,
      symbol,
      source: this.sourceOf(symbol),
      bases: [],
      members: [],
      values: [],
    };
    if (ts.isSourceFile(first)) return { ...common, kind: 'namespace', forms: [] };
    if (ts.isClassDeclaration(first)) return { ...common, ...this.#classLike(symbol, 'class') };
    if (ts.isInterfaceDeclaration(first)) return { ...common, ...this.#classLike(symbol, 'type') };
    const values = this.#enumValues(symbol);
    const forms = symbol.declarations.map((node) => this.#form(node, name));
    if (values !== null) return { ...common, kind: 'enum', forms, values };
    return { ...common, kind: this.#kindOf(first), forms };
  }

  #kindOf(node) {
    if (ts.isFunctionDeclaration(node)) return 'function';
    return ts.isVariableDeclaration(node) ? 'constant' : 'type';
  }

  #form(node, name) {
    const doc = readDoc(node, this.checker);
    // Functions may be exported under another name, such as `new`.
    const code = ts.isFunctionDeclaration(node)
      ? codeOf(node).replace(/^(function )\w+/, `$1${name}`)
      : codeOf(node, ts.isVariableDeclaration(node) ? 'const ' : '');
    return { code, doc, nodes: [node] };
  }

  #classLike(symbol, kind) {
    const type = this.checker.getDeclaredTypeOfSymbol(symbol);
    const forms = symbol.declarations.map((node) => ({
      code: '',
      doc: readDoc(node, this.checker),
      nodes: [],
    }));
    return {
      kind,
      forms,
      bases: this.#bases(type),
      members: [...this.#constructors(symbol), ...this.#members(type)],
    };
  }

  /** Returns the classes and interfaces that a reader knows: documented ones and those of others. */
  #bases(type) {
    const direct = type.isIntersection() ? type.types : (this.checker.getBaseTypes(type) ?? []);
    return direct.flatMap((base) => {
      if (base.isIntersection()) return this.#bases(base);
      const symbol = base.getSymbol();
      if (symbol === undefined || !(symbol.flags & NAMED)) return [];
      return [symbol, ...(this.sourceOf(symbol) === null ? [] : this.#bases(base))];
    });
  }

  /** @returns {Member[]} */
  #constructors(symbol) {
    const nodes = symbol.declarations.filter((node) => ts.isClassDeclaration(node));
    const constructors = nodes
      .flatMap(({ members }) => [...members])
      .filter((node) => ts.isConstructorDeclaration(node))
      .filter((node) => !hasModifier(node, ts.SyntaxKind.PrivateKeyword));
    if (constructors.length === 0) return [];
    const forms = constructors.map((node) => ({
      code: codeOf(node).replace(/^constructor/, `new ${symbol.name}`),
      doc: readDoc(node, this.checker),
      nodes: [node],
    }));
    const own = symbol.members.get('__constructor');
    return [
      { name: 'constructor', forms, symbol: own, source: this.sourceOf(symbol), owner: symbol },
    ];
  }

  /** @returns {Member[]} the members, including inherited ones of ours */
  #members(type) {
    return this.checker
      .getPropertiesOfType(type)
      .filter((symbol) => this.#own(symbol).length > 0)
      .map((symbol) => this.#member(symbol))
      .filter(({ forms }) => !forms.some(({ doc }) => doc?.isHidden));
  }

  /** @returns {Member} */
  #member(symbol) {
    const nodes = this.#own(symbol);
    return {
      name: symbol.name,
      forms: memberForms(symbol.name, nodes, this.checker),
      symbol,
      source: this.declarations.sourceOf(nodes[0]),
      owner: this.checker.getSymbolAtLocation(nodes[0].parent.name) ?? symbol,
    };
  }

  /** Returns our declarations of a member, without those of Node's types and the mark of private fields. */
  #own({ declarations }) {
    return declarations.filter(
      (node) => this.declarations.sourceOf(node) !== null && !ts.isPrivateIdentifier(node.name),
    );
  }

  /** Returns the members of a constant object of numbers that has a type of the same name; null for anything else. */
  #enumValues(symbol) {
    const [first] = symbol.declarations;
    const isType = symbol.declarations.some((node) => ts.isTypeAliasDeclaration(node));
    if (!isType || !ts.isVariableDeclaration(first)) return null;
    const members = this.checker.getPropertiesOfType(this.checker.getTypeOfSymbol(symbol));
    const values = members.map((member) => this.#numberOf(member));
    if (values.length === 0 || values.includes(null)) return null;
    // A type that includes all numbers is a mask, and its members are bits.
    const isMask = this.checker.getDeclaredTypeOfSymbol(symbol).flags & NUMERIC;
    const show = isMask ? toHex : String;
    return members.map((member, i) => ({
      name: member.name,
      value: show(values[i]) + (typeof values[i] === 'bigint' ? 'n' : ''),
      remark: member.declarations ? readDoc(member.declarations[0], this.checker) : null,
    }));
  }

  /** Returns a member's number according to its type, which may also allow undefined; else null. */
  #numberOf(member) {
    const type = this.checker.getNonNullableType(this.checker.getTypeOfSymbol(member));
    if (type.isNumberLiteral()) return type.value;
    if (!(type.flags & ts.TypeFlags.BigIntLiteral)) return null;
    return BigInt(type.value.base10Value) * (type.value.negative ? -1n : 1n);
  }
}

const NUMERIC = ts.TypeFlags.BigInt | ts.TypeFlags.Number;
const toHex = (number) => `0x${number.toString(16)}`;
