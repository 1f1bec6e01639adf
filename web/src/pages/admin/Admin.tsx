import type { JSX } from "solid-js";

export default function Admin(): JSX.Element {
  return (
    <div class="page">
      <h1>Admin</h1>
    </div>
  );
}
