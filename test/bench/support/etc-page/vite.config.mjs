import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import page from '../../../../build/vite.config.mjs';

/** As the page is built for people, but for where it begins, and that it may hold what only tests have. */
export default defineConfig({ ...page, root: import.meta.dirname, plugins: [react()] });
