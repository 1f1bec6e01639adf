import type { Resource } from "solid-js";

/**
 * The newest value of a resource; undefined before the first and after a failure. Unlike the resource itself, it does not
 * make the whole page wait for it.
 */
export function latestOf<T>(resource: Resource<T>): T | undefined {
  return resource.state === "ready" || resource.state === "refreshing" ? resource.latest : undefined;
}
