/** The three workers in the order of deployment: callees before callers. */
import { dirname, join } from "node:path";
import * as wrangler from "wrangler";
import { BaseConfig, type Placed } from "./environments.ts";

export const ROOT = join(import.meta.dirname, "..");

const CONFIGS: readonly string[] = ["durable-objects/wrangler.toml", "workers/quotes/wrangler.toml", "wrangler.toml"];

/** Reads the base configurations. Throws for a field that the deployment does not know. */
export function readBaseConfigs(): Placed[] {
  return CONFIGS.map((path) => {
    const file = join(ROOT, path);
    // wrangler exports this function, but its type comes from a package that is not installed.
    const { experimental_readRawConfig: readRaw } = wrangler as unknown as {
      experimental_readRawConfig(from: { config: string }): { rawConfig: unknown };
    };
    const read = BaseConfig.safeParse(readRaw({ config: file }).rawConfig);
    if (!read.success) throw new Error(`${path}: ${read.error.issues.map((issue) => issue.message).join("; ")}`);
    return { config: read.data, folder: dirname(file) };
  });
}
