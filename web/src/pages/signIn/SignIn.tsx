import type { JSX } from "solid-js";

export default function SignIn(): JSX.Element {
  return (
    <div class="page">
      <h1>SignIn</h1>
    </div>
  );
}
