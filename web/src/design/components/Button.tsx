import { splitProps, type JSX } from "solid-js";
import { Icon } from "./Icon.tsx";
import type { IconName } from "./icons.ts";

export interface ButtonProps extends JSX.ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: "primary" | "plain" | "danger" | "buy" | "sell";
  readonly size?: "large";
  readonly icon?: IconName;
  /** While the action runs: the button is disabled and says so. */
  readonly busy?: boolean;
}

/** A button with text. `type` is "button" unless given: only a form's own button submits it. */
export function Button(props: ButtonProps): JSX.Element {
  const [own, rest] = splitProps(props, ["kind", "size", "icon", "busy", "children", "disabled", "class"]);
  return (
    <button
      type="button"
      {...rest}
      class={`button ${own.class ?? ""}`}
      data-kind={own.kind}
      data-size={own.size}
      disabled={own.disabled || own.busy}
      aria-busy={own.busy ? "true" : undefined}
    >
      {own.icon && <Icon name={own.icon} />}
      {own.children}
    </button>
  );
}

export interface IconButtonProps extends JSX.ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon: IconName;
  /** What it does; read by screen readers and shown when the pointer rests on it. */
  readonly label: string;
}

/** A button that shows an icon only. */
export function IconButton(props: IconButtonProps): JSX.Element {
  const [own, rest] = splitProps(props, ["icon", "label", "class"]);
  return (
    <button type="button" {...rest} class={`icon-button ${own.class ?? ""}`} aria-label={own.label} title={own.label}>
      <Icon name={own.icon} />
    </button>
  );
}
