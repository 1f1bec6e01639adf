/** Most commands of one call: bounds its work, its answer, and the share of a commit that it takes. */
export const COMMANDS_MAX = 100;
