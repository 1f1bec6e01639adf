import { For, type JSX } from "solid-js";
import { Badge, Empty, Figure, Spark } from "../../design/components/small.tsx";
import { compact, direction, price, signed, signedMoney, signedPercent } from "../../format/numbers.ts";
import { DESIGN_TEXT } from "../../text/en/design.ts";

const T = DESIGN_TEXT;
const TONES = [undefined, "accent", "good", "warn", "danger", "paper"] as const;
const NOTICES = ["accent", "good", "warn", "danger"] as const;

const ROWS = [
  { symbol: "AAPL", last: 190.52, change: 2.31, share: 0.0123, volume: 51_230_400, line: [3, 4, 3.5, 5, 5.6, 6] },
  { symbol: "MSFT", last: 402.1, change: -1.07, share: -0.0027, volume: 18_004_100, line: [6, 5.5, 5.8, 5, 4.6, 4.8] },
  { symbol: "NVDA", last: 612.96, change: 14.4, share: 0.0241, volume: 40_882_000, line: [2, 2.4, 3.6, 3.1, 5, 6.2] },
] as const;

/** What shows data: table, figures, badges, notices. */
export function Parts(): JSX.Element {
  return (
    <div class="design-grid">
      <div class="card design-table">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{T.symbol}</th>
              <th scope="col">{T.line}</th>
              <th scope="col" class="num">
                {T.last}
              </th>
              <th scope="col" class="num">
                {T.change}
              </th>
              <th scope="col" class="num">
                %
              </th>
              <th scope="col" class="num">
                {T.volume}
              </th>
            </tr>
          </thead>
          <tbody>
            <For each={ROWS}>
              {(row, nth) => (
                <tr aria-current={nth() === 1 ? "true" : undefined}>
                  <td>
                    <strong>{row.symbol}</strong>
                  </td>
                  <td>
                    <Spark values={row.line} label={signedPercent(row.share)} />
                  </td>
                  <td class="num">{price(row.last)}</td>
                  <td class={`num ${direction(row.change)}`}>{signed(row.change)}</td>
                  <td class={`num ${direction(row.change)}`}>{signedPercent(row.share)}</td>
                  <td class="num quiet">{compact(row.volume)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
      <div class="card stack">
        <dl class="figures">
          <Figure name={T.equity}>$102,400.12</Figure>
          <Figure name={T.today}>
            <span class="up">{signedMoney(812.4)}</span>
          </Figure>
          <Figure name={T.drawdown}>
            <span class="down">{signedPercent(-0.031)}</span>
          </Figure>
        </dl>
        <div class="row wrap">
          <For each={TONES}>{(tone) => <Badge tone={tone}>{T.tones[tone ?? "usual"]}</Badge>}</For>
        </div>
        <Empty>{T.empty}</Empty>
      </div>
      <div class="card stack">
        <For each={NOTICES}>
          {(tone) => (
            <div class="notice" data-tone={tone}>
              {T.notices[tone]}
            </div>
          )}
        </For>
        <span class="skeleton">{T.skeleton}</span>
        <p>
          <span class="stale num">190.52</span> <span class="small muted">{T.stale}</span>
        </p>
      </div>
    </div>
  );
}
