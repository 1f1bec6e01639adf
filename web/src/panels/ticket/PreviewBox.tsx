/** What the exchange says of the order before it is sent, and why it would refuse it. */
import { For, Show, type JSX } from "solid-js";
import type { WirePreview } from "../../../../protocol/wire/orderPreview.ts";
import { Button } from "../../design/components/Button.tsx";
import { money, price, quantity } from "../../format/numbers.ts";
import type { Preview } from "../../orders/preview.ts";
import type { Refused } from "../../orders/refusals.ts";
import { TICKET as T, WARNINGS } from "../../text/en/ticket.ts";

type Warning = WirePreview["warnings"][number];
type Estimate = NonNullable<WirePreview["estimate"]>;

/** Cost, fees and fill of a preview. Also shown by the command line. */
export function PreviewFigures(props: { readonly answer: WirePreview; readonly busy: boolean }): JSX.Element {
  const buys = (): boolean => props.answer.side !== "sell";
  return (
    <Show when={props.answer.estimate}>
      {(estimate) => (
        <dl class="preview-figures" data-stale={props.busy}>
          <Line name={T.fillPrice}>
            {estimate().filled_avg_price === null ? T.nothingNow : price(Number(estimate().filled_avg_price))}
          </Line>
          <Show when={isPart(estimate())}>
            <Line name={T.fillsNow}>{T.fillsPart(quantity(estimate().filled_qty), quantity(estimate().qty))}</Line>
          </Show>
          <Show when={Number(estimate().slippage ?? 0) > 0}>
            <Line name={T.slippage}>{T.slippageShare(money(estimate().slippage))}</Line>
          </Show>
          <Line name={buys() ? T.cost : T.proceeds}>{money(estimate().value)}</Line>
          <Line name={T.fee}>
            {money(estimate().fee)}
            <Show when={Number(estimate().fee_max ?? 0) > Number(estimate().fee)}>
              <span class="muted"> {T.feeMax(money(estimate().fee_max))}</span>
            </Show>
          </Line>
          <Line name={T.powerAfter}>{money(estimate().buying_power_after)}</Line>
        </dl>
      )}
    </Show>
  );
}

const isPart = ({ filled_qty: filled, qty }: Estimate): boolean => Number(filled) > 0 && Number(filled) < Number(qty);

function Line(props: { readonly name: string; readonly children: JSX.Element }): JSX.Element {
  return (
    <div class="spread">
      <dt>{props.name}</dt>
      <dd class="num">{props.children}</dd>
    </div>
  );
}

/** An order that fills nothing now is a plain limit order away from the market: that is no warning. */
function isQuiet({ estimate }: WirePreview, { warning, leaves_qty: left }: Warning): boolean {
  return warning === "not_filled_at_once" && left !== undefined && Number(left) === Number(estimate?.qty);
}

/** What a preview warns of, in words. */
function warningText(warning: Warning): string {
  if (warning.warning === "not_filled_at_once" && warning.leaves_qty !== undefined) {
    return WARNINGS.leaves(quantity(warning.leaves_qty));
  }
  return WARNINGS[warning.warning];
}

/** The whole preview: figures, warnings, refusals with the largest size that would pass. */
export function PreviewBox(props: {
  readonly preview: Preview;
  /** Sets the order to a size; without it no size is offered. */
  readonly onSize?: (largest: NonNullable<Refused["largest"]>) => void;
  readonly idle: string;
}): JSX.Element {
  return (
    <section class="preview" aria-label={T.preview} aria-busy={props.preview.busy()}>
      <Show
        when={props.preview.answer()}
        fallback={
          <Show when={props.preview.refusals().length === 0}>
            <p class="muted small">{props.preview.busy() ? T.previewBusy : props.idle}</p>
          </Show>
        }
      >
        {(answer) => (
          <>
            <PreviewFigures answer={answer()} busy={props.preview.busy()} />
            <For each={answer().warnings}>
              {(warning) => (
                <p class={isQuiet(answer(), warning) ? "small quiet" : "notice"} data-tone="warn">
                  {isQuiet(answer(), warning) ? WARNINGS.rests : warningText(warning)}
                </p>
              )}
            </For>
          </>
        )}
      </Show>
      <For each={props.preview.refusals()}>{(refused) => <Refusal refused={refused} onSize={props.onSize} />}</For>
    </section>
  );
}

/** A refusal, and the largest size that would pass where the refusal is of a size. */
export function Refusal(props: {
  readonly refused: Refused;
  readonly onSize?: ((largest: NonNullable<Refused["largest"]>) => void) | undefined;
}): JSX.Element {
  return (
    <div class="notice refusal" data-tone="danger">
      <span>{props.refused.text}</span>
      <Show when={props.refused.largest}>
        {(largest) => (
          <Show when={Number(largest().amount) > 0} fallback={<span>{T.largestNone}</span>}>
            <Show when={props.onSize}>
              {(onSize) => <Button onClick={() => onSize()(largest())}>{T.largest(sizeShown(largest()))}</Button>}
            </Show>
          </Show>
        )}
      </Show>
    </div>
  );
}

const sizeShown = ({ unit, amount }: NonNullable<Refused["largest"]>): string =>
  unit === "qty" ? quantity(amount) : money(amount);
