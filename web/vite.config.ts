import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { compress } from './build/compress.ts';
import { serviceWorker } from './build/service-worker.ts';

const hub = process.env.PULSEHUB_URL ?? 'http://localhost:8000';

export default defineConfig({
  plugins: [react(), serviceWorker(), compress()],
  build: { target: 'es2022', manifest: true, sourcemap: false, assetsInlineLimit: 0 },
  worker: { format: 'es' },
  server: {
    proxy: {
      // The hub compares Origin with Host: both stay those of the page.
      '/api': { target: hub, changeOrigin: false },
      '/health': { target: hub, changeOrigin: false },
      '/ws': { target: hub, changeOrigin: false, ws: true },
    },
  },
  test: {
    // A test that needs a document says so: `// @vitest-environment jsdom`.
    environment: 'node',
    setupFiles: ['src/test-setup.ts'],
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
    restoreMocks: true,
    // axe looks at whole screens: on two busy cores that takes more than the usual five seconds.
    testTimeout: 60_000,
  },
});
