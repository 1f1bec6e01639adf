/** Queries and answers of the corporate action endpoints. There are no corporate actions on this exchange so far. */
import * as z from "zod";
import { isoDay } from "./isoDay.ts";

const DAYS_MAX = 90;
const LIMIT_MAX = 1_000;

const ANNOUNCEMENTS = ["dividend", "merger", "spinoff", "split"] as const;
const DATE_TYPES = ["declaration_date", "ex_date", "record_date", "payable_date"] as const;
const TYPES = [
  "reverse_split",
  "forward_split",
  "unit_split",
  "cash_dividend",
  "stock_dividend",
  "spin_off",
  "cash_merger",
  "stock_merger",
  "stock_and_cash_merger",
  "redemption",
  "name_change",
  "worthless_removal",
  "rights_distribution",
  "contract_adjustment",
  "partial_call",
  "reorganization",
];

const listOf = (known: readonly string[]) =>
  z
    .string({ error: `a list of ${known.join(", ")}` })
    .transform((text) => text.split(",").map((word) => word.trim().toLowerCase()))
    .refine((words) => words.every((word) => known.includes(word)), { error: `a list of ${known.join(", ")}` })
    .meta({ type: "string", description: `comma-separated: ${known.join(", ")}` });

const day = isoDay.meta({ type: "string", format: "date" });

export const announcementsQuery = z
  .strictObject({
    ca_types: listOf(ANNOUNCEMENTS),
    since: day,
    until: day.meta({ type: "string", format: "date", description: `at most ${DAYS_MAX} days after \`since\`` }),
    symbol: z.string().optional(),
    cusip: z.string().optional(),
    date_type: z.enum(DATE_TYPES, { error: DATE_TYPES.join(", ") }).optional(),
  })
  .refine(({ since, until }) => until >= since && until - since <= DAYS_MAX, {
    path: ["until"],
    error: `a date not before since, and at most ${DAYS_MAX} days after it`,
  });

/** Other parameters are ignored: the v3 client sends `symbols[]`. */
export const corporateActionsQuery = z.object({
  symbols: z.string().optional(),
  cusips: z.string().optional(),
  types: listOf(TYPES).optional(),
  region: z.string().optional(),
  start: day.optional(),
  end: day.optional(),
  ids: z.string().optional(),
  limit: z
    .string()
    .regex(/^\d{1,4}$/, { error: `1 to ${LIMIT_MAX}` })
    .transform(Number)
    .pipe(
      z
        .number()
        .min(1)
        .max(LIMIT_MAX, { error: `1 to ${LIMIT_MAX}` }),
    )
    .optional()
    .meta({ type: "integer", minimum: 1, maximum: LIMIT_MAX }),
  page_token: z.string().optional(),
  sort: z.enum(["asc", "desc"], { error: "asc or desc" }).optional(),
});

export const wireCorporateActions = z.object({
  corporate_actions: z.object({}).meta({ description: "a list for each type that there are some of" }),
  next_page_token: z.null(),
});
