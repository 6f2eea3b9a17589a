import vue from '@vitejs/plugin-vue'
import { baseCompile } from '@intlify/message-compiler'
import { fileURLToPath, URL } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Messages are compiled here, so that the browser carries no compiler of messages. */
function compiledMessages(): Plugin {
  const compiled = (node: unknown): unknown => {
    if (typeof node === 'string') return node.includes('{') ? baseCompile(node, { minify: true }).ast : node
    return Object.fromEntries(Object.entries(node as object).map(([key, value]) => [key, compiled(value)]))
  }
  return {
    name: 'compiled-messages',
    enforce: 'pre',
    transform(code, id) {
      if (!/\/src\/words\/[\w-]+\.json$/.test(id)) return
      return { code: JSON.stringify(compiled(JSON.parse(code))), map: null }
    },
  }
}

/** `/api/docs` is a page of ours, not a route of the server's. */
function apiReference(): Plugin {
  const rewrite = (url?: string) => (url === '/api/docs' || url === '/api/docs/' ? '/docs.html' : url)
  return {
    name: 'api-reference',
    configureServer(server) {
      server.middlewares.use((request, _, next) => ((request.url = rewrite(request.url)), next()))
    },
  }
}

const server = process.env.YIPAN_SERVER ?? 'http://127.0.0.1:8650'

export default defineConfig({
  plugins: [compiledMessages(), vue(), apiReference()],
  resolve: { alias: { '@': at('./src'), 'vue-i18n': 'vue-i18n/dist/vue-i18n.runtime.mjs' } },
  define: {
    __VUE_OPTIONS_API__: true, // Element Plus uses it.
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_DROP_MESSAGE_COMPILER__: true,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  server: { proxy: { '/api/v1': server, '/api/openapi.json': server } },
  build: {
    target: 'chrome109',
    assetsInlineLimit: 0, // The content-security policy knows files of our own only.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rollupOptions: { input: { index: at('./index.html'), docs: at('./docs.html') } },
  },
})
