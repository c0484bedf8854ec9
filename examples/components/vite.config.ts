import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag) => tag.startsWith("phr-") } } })],
  define: { "process.env.NODE_ENV": '"production"' },
  build: {
    target: "es2022",
    chunkSizeWarningLimit: 1_500,
    lib: { entry: { react: "src/react.tsx", vue: "src/vue.ts" }, formats: ["es"] },
  },
});
