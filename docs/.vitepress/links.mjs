// Links of the pages: those to a folder lead to its README, those to other files of the repository become plain text, and a public
// name in code leads to its place in the reference.
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';

const isElsewhere = (href) => /^(?:[a-z]+:|\/|#)/.test(href);

/** Returns the link on the site, or null if the site has no such page. */
function onSite(href, page, repository) {
  const [file, anchor] = href.split('#');
  const target = path.resolve(repository, path.dirname(page), decodeURIComponent(file));
  const hash = anchor === undefined ? '' : `#${anchor}`;
  if (!existsSync(target)) return href; // VitePress reports it
  if (statSync(target).isDirectory())
    return existsSync(path.join(target, 'README.md')) ? `${file.replace(/\/$/, '')}/README.md${hash}` : null;
  return file.endsWith('.md') ? href : null;
} // prettier-ignore

function plainText(tokens, index) {
  let depth = 0;
  for (let at = index; at < tokens.length; at += 1) {
    depth += tokens[at].nesting;
    if (depth === 0) {
      for (const end of [index, at]) Object.assign(tokens[end], { type: 'text', content: '', nesting: 0 });
      return;
    }
  }
} // prettier-ignore

function changeLinks(tokens, page, repository) {
  for (const [index, token] of tokens.entries()) {
    const href = token.type === 'link_open' ? token.attrGet('href') : null;
    if (href === null || isElsewhere(href)) continue;
    const changed = onSite(href, page, repository);
    if (changed === null) plainText(tokens, index);
    else token.attrSet('href', changed);
  }
}

/** Puts links around code that is a public name, outside links and headings. */
function linkNames(state, tokens, names) {
  const changed = [];
  let depth = 0;
  for (const token of tokens) {
    if (token.type === 'link_open' || token.type === 'link_close') depth += token.nesting;
    const name = token.content.replace(/\(.*\)$/, '');
    const target = token.type === 'code_inline' && depth === 0 ? names.get(name) : undefined;
    if (target === undefined) {
      changed.push(token);
      continue;
    }
    const open = new state.Token('link_open', 'a', 1);
    open.attrSet('href', target);
    changed.push(open, token, new state.Token('link_close', 'a', -1));
  }
  return changed;
}

/** Adds the rules to VitePress's markdown-it. */
export function linkRules(md, { repository, names }) {
  md.core.ruler.push('hermetic_links', (state) => {
    const page = state.env.relativePath ?? '';
    const source = page === 'index.md' ? 'docs/home.md' : page;
    const isReference = source.startsWith('docs/api/');
    for (const [index, token] of state.tokens.entries()) {
      if (token.type !== 'inline') continue;
      changeLinks(token.children, source, repository);
      const isHeading = state.tokens[index - 1]?.type === 'heading_open';
      if (!isReference && !isHeading) token.children = linkNames(state, token.children, names);
    }
  });
}
