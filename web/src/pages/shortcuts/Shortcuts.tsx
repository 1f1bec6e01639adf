import type { JSX } from "solid-js";

export default function Shortcuts(): JSX.Element {
  return (
    <div class="page">
      <h1>Shortcuts</h1>
    </div>
  );
}
