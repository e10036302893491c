import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

// The server answers /console/, /console/{name} and /console/{folder}/{name}; names under assets/ carry a hash
// and are kept by browsers for a year.
export default defineConfig({
  base: '/console/',
  plugins: [vue()],
  define: {
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
    __VUE_PROD_DEVTOOLS__: false,
  },
  build: { target: 'es2022', assetsInlineLimit: 0, chunkSizeWarningLimit: 700 },
})
