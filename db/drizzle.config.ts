import { defineConfig } from "drizzle-kit";

/** `npm run db:generate`: writes the next migration from the difference between schema.ts and the last one. */
export default defineConfig({ dialect: "postgresql", schema: "./db/schema.ts", out: "./db/migrations" });
