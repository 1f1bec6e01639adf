import type { JSX } from "solid-js";

export default function Alerts(): JSX.Element {
  return (
    <div class="page">
      <h1>Alerts</h1>
    </div>
  );
}
