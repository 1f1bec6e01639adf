import { createSignal, type JSX } from "solid-js";
import { SelectField, TextField } from "../../design/components/Field.tsx";
import { money, quantity } from "../../format/numbers.ts";
import { ADMIN } from "../../text/en/admin.ts";
import { Card, Facts, Read, reading, Rows } from "../console/parts.tsx";
import type { HouseFees as Fees } from "./wire.ts";

const T = ADMIN.fees;
const DAY = 86_400_000;
const DAYS = 30;
const dayText = (time: number): string => new Date(time).toISOString().slice(0, 10);
const regulatory = (by: Readonly<Record<string, string>>): string =>
  Object.entries(by)
    .map(([code, amount]) => `${code.toUpperCase()} ${money(amount)}`)
    .join(", ") || "–";

/** Fees that house accounts have received, by trading day. Also for auditors. */
export function HouseFees(): JSX.Element {
  const [since, setSince] = createSignal(dayText(Date.now() - DAYS * DAY));
  const [until, setUntil] = createSignal(dayText(Date.now()));
  const [region, setRegion] = createSignal("");
  const fees = reading<Fees>(() => {
    const where = region() === "" ? "" : `&region=${region()}`;
    return `/v1/admin/fees/house?since=${since()}&until=${until()}${where}`;
  });
  return (
    <Card title={ADMIN.sections.fees} hideTitle>
      <div class="console-tools">
        <TextField
          label={T.from}
          type="date"
          value={since()}
          onChange={(event) => setSince(event.currentTarget.value)}
        />
        <TextField label={T.to} type="date" value={until()} onChange={(event) => setUntil(event.currentTarget.value)} />
        <SelectField
          label={T.region}
          value={region()}
          options={[
            { value: "", text: T.both },
            { value: "world", text: ADMIN.users.regions.world },
            { value: "eu", text: ADMIN.users.regions.eu },
          ]}
          onChange={setRegion}
        />
      </div>
      <Read from={fees}>
        {(all) => (
          <>
            <Facts
              of={[
                [T.balance, money(all().balance.total)],
                [T.exchange, money(all().balance.exchange)],
                [T.regulatory, regulatory(all().balance.regulatory)],
              ]}
            />
            <Rows
              label={ADMIN.sections.fees}
              rows={all().days}
              empty={T.none}
              columns={[
                { title: T.day, cell: (day) => day.date },
                { title: T.total, numeric: true, cell: (day) => money(day.total) },
                { title: T.exchange, numeric: true, cell: (day) => money(day.exchange) },
                { title: T.regulatory, cell: (day) => regulatory(day.regulatory) },
                { title: T.accounts, numeric: true, cell: (day) => quantity(day.accounts) },
              ]}
            />
          </>
        )}
      </Read>
    </Card>
  );
}
