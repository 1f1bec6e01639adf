import type { JSX } from "solid-js";

export default function Audit(): JSX.Element {
  return (
    <div class="page">
      <h1>Audit</h1>
    </div>
  );
}
