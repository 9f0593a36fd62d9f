// The page that lists a folder.

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (it) => ENTITIES[it] ?? it);

const STYLE =
  ':root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}li{display:block}ul{padding:0}a{text-decoration:inherit}a:hover{text-decoration:underline}';

/** Returns the page. The names of folders end with a slash. */
export function indexPage(folder: string, names: readonly string[]): string {
  const items = [...(folder === '/' ? [] : ['../']), ...names].map((name) => {
    const link = name.split('/').map(encodeURIComponent).join('/');
    return `<li><a href="./${link}">${escape(name)}</a></li>`;
  });
  const title = escape(folder);
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<link rel="icon" href="data:,"><style>${STYLE}</style>
<h1>${title}</h1>
<ul>
${items.join('\n')}
</ul>
</html>
`;
}
