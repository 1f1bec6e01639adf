import type { JSX } from "solid-js";
import { Empty } from "../../design/components/small.tsx";
import { PANELS } from "../../text/en/panels.ts";
import type { PanelProps } from "../kinds.ts";

export default function Balances(props: PanelProps): JSX.Element {
  return (
    <Empty>
      {PANELS.balances} {props.symbol()}
    </Empty>
  );
}
