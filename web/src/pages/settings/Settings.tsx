import type { JSX } from "solid-js";

export default function Settings(): JSX.Element {
  return (
    <div class="page">
      <h1>Settings</h1>
    </div>
  );
}
