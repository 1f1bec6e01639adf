import type { JSX } from "solid-js";

export default function Accounts(): JSX.Element {
  return (
    <div class="page">
      <h1>Accounts</h1>
    </div>
  );
}
