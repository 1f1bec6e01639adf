import { tapeIndexObject, tapeObject } from "../../../../durable-objects/actor/namespaces.ts";
import { ApiFault, ask } from "../../../../protocol/http/apiFault.ts";
import {
  SEALED_FILES,
  type SealedFileKind,
  type WireSealedMonth,
  type WireSealedMonths,
} from "../../../../protocol/wire/sealedHistory.ts";
import type { AppContext } from "../../context.ts";
import { namedInstrument } from "../../instruments.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

const MEDIA: Readonly<Record<SealedFileKind, string>> = {
  trades: "application/vnd.apache.parquet",
  bars: "application/vnd.apache.parquet",
  manifest: "application/json",
  unaudited: "application/octet-stream",
};

/** What tapes have sealed, and the files as the bucket has them: for auditors and `npm run history`. */
export const sealedHistoryResource = defineResource("sealedHistory", ACCESS, {
  "/v1/audit/history/:symbol": {
    GET: async (c) => {
      const { symbol } = await namedInstrument(c, c.req.param("symbol"));
      const months = await ask(() => tapeIndexObject(c.env, symbol).months());
      return c.json<WireSealedMonths>({ symbol, months });
    },
  },

  "/v1/audit/history/:symbol/:month": {
    GET: async (c) => {
      const { symbol } = await namedInstrument(c, c.req.param("symbol"));
      const month = await monthNamed(c, symbol, c.req.param("month"));
      const sealed = await ask(() => tapeObject(c.env, symbol, month).sealed());
      const { manifests, through, waitingSince, failures, error, retryAt } = sealed;
      return c.json<WireSealedMonth>({
        symbol,
        month,
        last_trade_id: through,
        sealed_through: manifests.at(-1)?.last_trade_id ?? 0,
        waiting_since: waitingSince === null ? null : new Date(waitingSince).toISOString(),
        failures,
        error: failures === 0 ? null : error,
        retry_at: failures === 0 ? null : new Date(retryAt).toISOString(),
        manifests: [...manifests],
      });
    },
  },

  "/v1/audit/history/:symbol/:month/:first/:file": {
    GET: async (c) => {
      const { symbol } = await namedInstrument(c, c.req.param("symbol"));
      const month = await monthNamed(c, symbol, c.req.param("month"));
      const file = SEALED_FILES.find((each) => each === c.req.param("file"));
      const first = c.req.param("first");
      if (file === undefined || !/^\d{1,15}$/.test(first)) throw new ApiFault({ reason: "sealed_not_found" });
      const bytes = await ask(() => tapeObject(c.env, symbol, month).sealedFile(Number(first), file));
      if (bytes === null) throw new ApiFault({ reason: "sealed_not_found" });
      return c.body(Uint8Array.from(bytes), 200, { "Content-Type": MEDIA[file] });
    },
  },
});

/** A month that has a tape: calling another one would make an empty object. */
async function monthNamed(c: AppContext, symbol: string, month: string): Promise<string> {
  const months = await ask(() => tapeIndexObject(c.env, symbol).months());
  if (!months.includes(month)) throw new ApiFault({ reason: "sealed_not_found" });
  return month;
}
