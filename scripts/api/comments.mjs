// Reads doc comments as data: the text, and the tags that the pages show.
import ts from 'typescript';

/**
 * @typedef {string | { name: string, label: string, symbol: import('typescript').Symbol | undefined }} Part
 *   Markdown, or a link to another name.
 * @typedef {{
 *   text: Part[],
 *   params: { name: string, text: Part[] }[],
 *   returns: Part[] | null,
 *   throws: Part[][],
 *   isHidden: boolean,
 * }} Doc
 */

/** @returns {Part} */
function linkPart(link, checker) {
  const name = link.name?.getText() ?? '';
  const label = link.text.replace(/^\s*\|?\s*/, '').trim() || name;
  const symbol = link.name && checker.getSymbolAtLocation(link.name);
  return { name, label, symbol };
}

/** @returns {Part[]} */
function parts(comment, checker) {
  if (comment === undefined) return [];
  if (typeof comment === 'string') return [comment];
  return comment.map((part) => (ts.isJSDocLinkLike(part) ? linkPart(part, checker) : part.text));
}

const throwsOf = (tag) => ts.isJSDocThrowsTag(tag) || tag.tagName.text === 'throws';

/** Returns the text of an exception tag, to which the compiler gives no type. */
const tagParts = (tag, checker) => parts(tag.comment, checker);

/** @returns {Doc | null} the last comment before a declaration, or null */
export function readDoc(node, checker) {
  const comment = ts.getJSDocCommentsAndTags(node).findLast((each) => ts.isJSDoc(each));
  if (comment === undefined) return null;
  const tags = [...(comment.tags ?? [])];
  const returns = tags.find((tag) => ts.isJSDocReturnTag(tag));
  return {
    text: parts(comment.comment, checker),
    params: tags
      .filter((tag) => ts.isJSDocParameterTag(tag))
      .map((tag) => ({ name: tag.name.getText(), text: tagParts(tag, checker) })),
    returns: returns ? tagParts(returns, checker) : null,
    throws: tags.filter(throwsOf).map((tag) => tagParts(tag, checker)),
    isHidden: tags.some(({ tagName }) => tagName.text === 'hidden'),
  };
}

/** Returns whether a comment has any text. */
export const saysSomething = (doc) =>
  doc !== null && (doc.text.length > 0 || doc.returns !== null || doc.throws.length > 0);

/** Returns the text of a source file's first comment, up to its tags. */
export function readModuleDoc(text) {
  const comment = /^\/\*\*(.*?)\*\//s.exec(text)?.[1] ?? '';
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, ''));
  const end = lines.findIndex((line) => line.startsWith('@'));
  return lines
    .slice(0, end < 0 ? undefined : end)
    .join('\n')
    .trim();
}
