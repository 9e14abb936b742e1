import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const hub = process.env.PULSEHUB_URL ?? 'http://localhost:8000';

export default defineConfig({
  plugins: [react()],
  build: { target: 'es2022', manifest: true, sourcemap: false, assetsInlineLimit: 0 },
  worker: { format: 'es' },
  server: {
    proxy: {
      '/api': hub,
      '/health': hub,
      '/ws': { target: hub, ws: true },
    },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/test-setup.ts'],
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
    restoreMocks: true,
  },
});
