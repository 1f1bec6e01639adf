import { accountOf } from "../accounts.ts";
import type { AppContext } from "../context.ts";
import type { Report } from "./report.ts";

/** Rows of tables that are drawn for one token: about a page. */
const ROWS_A_TOKEN = 50;
/** Fewer than the burst of every plan: a file that costs more could never be had. */
const TOKENS_MAX = 100;

/** Takes the tokens that drawing the report costs. Ends the request when there are fewer. */
export async function takePaper(c: AppContext, { sections }: Pick<Report, "sections">): Promise<void> {
  const rows = sections.reduce((sum, section) => sum + section.rows.length, 0);
  await accountOf(c, true).takeTokens(Math.min(TOKENS_MAX, Math.max(1, Math.ceil(rows / ROWS_A_TOKEN))));
}
