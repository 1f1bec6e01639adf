/** Statements of an account. */
import * as z from "zod";

const format = z.enum(["csv", "pdf"]);
export type StatementFormat = z.infer<typeof format>;

export const statementFile = z
  .string()
  .regex(/^\d{4}-(?:0[1-9]|1[0-2])\.(?:csv|pdf)$/)
  .meta({ description: "month and format: `2026-11.csv` or `2026-11.pdf`" });

export const taxFile = z
  .string()
  .regex(/^\d{4}\.(?:csv|pdf)$/)
  .meta({ description: "year and format: `2026.csv` or `2026.pdf`" });

export const wireStatements = z
  .object({
    statements: z.array(
      z.object({
        month: z.string().meta({ examples: ["2026-11"] }),
        is_over: z.boolean().meta({ description: "false for the present month, whose statement will change" }),
        csv: z.string(),
        pdf: z.string(),
      }),
    ),
  })
  .meta({ id: "Statements" });
export type WireStatements = Readonly<z.infer<typeof wireStatements>>;
