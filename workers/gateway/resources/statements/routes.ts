import { ApiFault } from "../../../../protocol/http/apiFault.ts";
import type { StatementFormat, WireStatements } from "../../../../protocol/wire/statements.ts";
import { noQuery } from "../../../../protocol/wire/query.ts";
import type { AppContext } from "../../context.ts";
import { streamOf } from "../../export/archive.ts";
import { queryOf } from "../../query.ts";
import { defineResource } from "../../resource.ts";
import { loadStatement, nameOf, statementCsv, statementMonths, statementPdf } from "../../statements/monthly.ts";
import { loadTaxYear, taxCsv, taxPdf } from "../../statements/taxYear.ts";
import { ACCESS } from "./access.ts";

const MONTH_FILE = /^(\d{4})-(0[1-9]|1[0-2])\.(csv|pdf)$/;
const YEAR_FILE = /^(\d{4})\.(csv|pdf)$/;
const MEDIA = { csv: "text/csv; charset=utf-8", pdf: "application/pdf" } as const;

/** Statements of the caller's account. */
export const statementsResource = defineResource("statements", ACCESS, {
  "/v1/account/statements": {
    GET: async (c) => {
      queryOf(c, noQuery);
      const months = await statementMonths(c, Date.now());
      const statements = months.map((month, nth) => {
        const name = nameOf(month);
        const of = (format: StatementFormat) => `/v1/account/statements/${name}.${format}`;
        return { month: name, is_over: nth > 0, csv: of("csv"), pdf: of("pdf") };
      });
      return c.json({ statements } satisfies WireStatements);
    },
  },

  "/v1/account/statements/:file": {
    GET: async (c) => {
      queryOf(c, noQuery);
      const [, year = "", month = "", format] = MONTH_FILE.exec(c.req.param("file")) ?? [];
      if (format === undefined) throw new ApiFault({ reason: "statement_not_found" });
      const statement = await loadStatement(c, { year: Number(year), month: Number(month) }, Date.now());
      const name = `statement-${statement.facts.month}`;
      if (format === "csv") return answerFile(c, name, "csv", streamOf(statementCsv(c, statement)));
      return answerFile(c, name, "pdf", await statementPdf(c, statement));
    },
  },

  "/v1/account/tax/:file": {
    GET: async (c) => {
      queryOf(c, noQuery);
      const [, year = "", format] = YEAR_FILE.exec(c.req.param("file")) ?? [];
      if (format === undefined) throw new ApiFault({ reason: "statement_not_found" });
      const taxYear = await loadTaxYear(c, Number(year), Date.now());
      const name = `realised-gains-${year}`;
      if (format === "csv") return answerFile(c, name, "csv", streamOf(taxCsv(taxYear)));
      return answerFile(c, name, "pdf", await taxPdf(c, taxYear));
    },
  },
});

function answerFile(
  c: AppContext,
  name: string,
  format: StatementFormat,
  body: ReadableStream<Uint8Array> | Uint8Array,
): Response {
  // A body of the platform's types: the bytes are not shared with another thread.
  return c.body(body as ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>, 200, {
    "Content-Type": MEDIA[format],
    "Content-Disposition": `attachment; filename="${name}.${format}"`,
  });
}
