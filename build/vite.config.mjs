import react from '@vitejs/plugin-react';
import path from 'node:path';
import { defineConfig } from 'vite';
import { root } from './paths.mjs';

/** The page: one bundle for every home. It may hold nothing of the core, of Node or of Electron. */
export default defineConfig({
  root: path.join(root, 'renderer'),
  base: '/',
  plugins: [react(), pageOnly()],
  // zod would try `new Function`, which the content security policy reports. `z.config` comes too late for that: schemas are
  // made while modules load, in an order that chunks change. The end-to-end tests see it when this stops working.
  define: { 'globalThis.__zod_globalConfig': JSON.stringify({ jitless: true }) },
  build: {
    target: 'chrome130',
    // The content security policy takes fonts and scripts from files only, never from data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What the first page needs is one file: each is asked for through Electron's main process, which is busy enough at a start.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } } },
    // One style sheet: a part that is loaded again after a network change would otherwise come without its own.
    cssCodeSplit: false,
    // PatternFly's style sheet alone is above the default of 500 kB.
    chunkSizeWarningLimit: 2000,
    emptyOutDir: true,
  },
});

/**
 * Fails the build when a module got into the page that has no business there, or when the first page would wait for schemas: what it
 * needs of a model is its type, its limits and its codes.
 * @returns {import('vite').Plugin}
 */
function pageOnly() {
  return {
    name: 'berth-page-only',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        const schemas =
          file.type === 'chunk' && file.isEntry && file.moduleIds.find((id) => /\/node_modules\/zod\//.test(id));
        if (schemas) this.error(`${file.fileName} must not hold zod at its start`);
      }
      for (const id of this.getModuleIds()) {
        const inProject = path
          .relative(root, id.split('?')[0] ?? id)
          .split(path.sep)
          .join('/');
        const foreign =
          /^(electron|native|build|test)\//.test(inProject) ||
          /^node_modules\/(electron|ssh2|ws|@orpc\/server)\//.test(inProject) ||
          id.includes('__vite-browser-external');
        if (foreign) this.error(`${inProject} must not be part of the page`);
      }
    },
  };
}
