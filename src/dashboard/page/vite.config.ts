import { defineConfig } from 'vite';

/** One page with its script and its style, each under a name that holds a digest of it. */
export default defineConfig({
  base: './',
  build: {
    outDir: '../../../dist/dashboard',
    emptyOutDir: true,
    assetsDir: '',
    // A data URL would do for the icon, but a file of its own needs no exception.
    assetsInlineLimit: 0,
    modulePreload: false,
    target: 'es2022',
  },
});
