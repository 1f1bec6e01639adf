import type { JSX } from "solid-js";

export default function SignUp(): JSX.Element {
  return (
    <div class="page">
      <h1>SignUp</h1>
    </div>
  );
}
