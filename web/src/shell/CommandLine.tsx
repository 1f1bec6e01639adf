import type { JSX } from "solid-js";

/** The command line over the page. */
export function CommandLine(): JSX.Element {
  return null;
}
