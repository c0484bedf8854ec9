import { defineConfig } from "vite";

export default defineConfig({
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 1_200 },
  // The pages of the app and of the clinic that plays the other side of a hand-over.
  environments: {
    client: { build: { rollupOptions: { input: { app: "index.html", clinic: "clinic.html" } } } },
  },
});
