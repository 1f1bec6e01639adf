import type { JSX } from "solid-js";
import { Empty } from "../../design/components/small.tsx";
import { PANELS } from "../../text/en/panels.ts";
import type { PanelProps } from "../kinds.ts";

export default function Ladder(props: PanelProps): JSX.Element {
  return (
    <Empty>
      {PANELS.ladder} {props.symbol()}
    </Empty>
  );
}
