// Finds public names without a doc comment.
import { saysSomething } from './comments.mjs';
import { isEnumMember } from './markdown.mjs';

const isSilent = ({ forms }) => !forms.some(({ doc }) => saysSomething(doc));

function* ofEntry(entry, places) {
  if (isSilent(entry)) yield `${entry.source}: ${entry.name}`;
  for (const member of entry.members) {
    if (isSilent(member) && !places.isInherited(member, entry))
      yield `${member.source}: ${entry.name}.${member.name}`;
  }
}

/**
 * Returns names without a comment, each with its file. Members of an enum, and the constants that they also are, are
 * covered by the enum's.
 * @param {import('./links.mjs').Page[]} pages
 * @param {import('./links.mjs').Places} places
 */
export function undocumented(pages, places) {
  const missing = pages.flatMap((page) =>
    page.entries
      .filter((entry) => entry.kind !== 'namespace' && places.isHome(page, entry))
      .filter((entry) => !isEnumMember(entry, page))
      .flatMap((entry) => [...ofEntry(entry, places)]),
  );
  return [...new Set(missing)].toSorted();
}
