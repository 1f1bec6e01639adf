import type { JSX } from "solid-js";

export default function Statements(): JSX.Element {
  return (
    <div class="page">
      <h1>Statements</h1>
    </div>
  );
}
