import type { JSX } from "solid-js";

export default function Home(): JSX.Element {
  return (
    <div class="page">
      <h1>Home</h1>
    </div>
  );
}
