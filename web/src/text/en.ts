/** Every text of the terminal. Each area has its own table beside this one; a second language is a second set of tables. */
import { COMMON } from "./en/common.ts";
import { ERRORS } from "./en/errors.ts";
import { SHELL } from "./en/shell.ts";

export const TEXT = {
  common: COMMON,
  errors: ERRORS,
  shell: SHELL,
} as const;
