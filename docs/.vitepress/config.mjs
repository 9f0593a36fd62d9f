// The site: this folder, and the pages of the repository that it links to. `npm run site` builds it.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';

import { linkRules } from './links.mjs';
import { publicNames } from './public-names.mjs';
import { nav, sidebar } from './sidebar.mjs';
import { slug } from './slug.mjs';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Pages outside this folder would look for Vue in the package's own node_modules, which lacks it. */
const vueOfThisFolder = {
  name: 'vue-of-this-folder',
  enforce: 'pre',
  resolveId(id, _importer, options) {
    if (id !== 'vue' && !id.startsWith('vue/')) return null;
    if (options.ssr) return { id, external: true };
    return this.resolve(id, import.meta.filename, { ...options, skipSelf: true });
  },
};

/** Pages with tables of many columns, which get the room of the outline too. */
const WIDE = /^(?:SECURITY|docs\/proof|bench\/results\/.+)\.md$/;

export default defineConfig({
  title: 'hermetic-ssl',
  description: 'A private, pinned OpenSSL for Node, Electron, Bun and Deno',
  lang: 'en',
  // A folder in which the site lies, with slashes on both ends.
  base: process.env.HERMETIC_SITE_BASE ?? '/',
  srcDir: repository,
  srcExclude: ['**/node_modules/**', '{build*,deps,dist,lib,packages,scripts,tmp}/**', 'test/fixtures/**'],
  ignoreDeadLinks: 'localhostLinks', // of the server that `hermetic-ssl serve` starts
  rewrites: { 'docs/home.md': 'index.md' },
  outDir: fileURLToPath(new URL('dist', import.meta.url)),
  cacheDir: fileURLToPath(new URL('cache', import.meta.url)),
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    // The pages are read on the repository's host as well: anchors are made as there.
    anchor: { slugify: slug },
    config: (md) => linkRules(md, { repository, names: publicNames(repository) }),
  },
  transformPageData({ filePath, frontmatter }) {
    if (WIDE.test(filePath)) Object.assign(frontmatter, { aside: false, pageClass: 'wide' });
  },
  vite: { plugins: [vueOfThisFolder] },
  themeConfig: {
    nav,
    sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
    docFooter: { prev: false, next: false },
  },
}); // prettier-ignore
