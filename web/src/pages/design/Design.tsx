import type { JSX } from "solid-js";

export default function Design(): JSX.Element {
  return (
    <div class="page">
      <h1>Design</h1>
    </div>
  );
}
