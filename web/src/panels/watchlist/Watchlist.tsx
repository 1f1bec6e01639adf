import type { JSX } from "solid-js";
import { Empty } from "../../design/components/small.tsx";
import { PANELS } from "../../text/en/panels.ts";
import type { PanelProps } from "../kinds.ts";

export default function Watchlist(props: PanelProps): JSX.Element {
  return (
    <Empty>
      {PANELS.watchlist} {props.symbol()}
    </Empty>
  );
}
