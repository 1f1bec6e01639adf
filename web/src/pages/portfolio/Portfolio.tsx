import type { JSX } from "solid-js";

export default function Portfolio(): JSX.Element {
  return (
    <div class="page">
      <h1>Portfolio</h1>
    </div>
  );
}
