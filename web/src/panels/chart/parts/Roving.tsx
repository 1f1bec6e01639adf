import { createEffect, onMount, type JSX } from "solid-js";

/** A toolbar of which one button at a time is reached by Tab; arrow keys move to the others. */
export function Roving(props: {
  readonly class: string;
  readonly label: string;
  readonly vertical?: boolean;
  /** Changes when the buttons do. */
  readonly watch: unknown;
  readonly children: JSX.Element;
}): JSX.Element {
  let bar: HTMLDivElement | undefined;
  const buttons = (): HTMLElement[] => [
    ...(bar?.querySelectorAll<HTMLElement>(":scope > button:not(:disabled)") ?? []),
  ];
  const choose = (button: HTMLElement | undefined): void => {
    for (const each of bar?.querySelectorAll<HTMLElement>(":scope > button") ?? [])
      each.tabIndex = each === button ? 0 : -1;
  };
  onMount(() => {
    createEffect(() => {
      void props.watch;
      queueMicrotask(() => {
        const all = buttons();
        choose(all.find((one) => one.tabIndex === 0 && one === document.activeElement) ?? all[0]);
      });
    });
  });
  const move = (event: KeyboardEvent): void => {
    const all = buttons();
    const nth = all.indexOf(event.target as HTMLElement);
    const [next, before] = props.vertical === true ? ["ArrowDown", "ArrowUp"] : ["ArrowRight", "ArrowLeft"];
    const to = event.key === next ? nth + 1 : event.key === before ? nth - 1 : { Home: 0, End: -1 }[event.key];
    if (nth < 0 || to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    all.at(to % all.length)?.focus();
  };
  return (
    <div
      ref={bar}
      class={props.class}
      role="toolbar"
      aria-label={props.label}
      aria-orientation={props.vertical === true ? "vertical" : "horizontal"}
      onKeyDown={move}
      onFocusIn={(event) => {
        const button = event.target as HTMLElement;
        if (buttons().includes(button)) choose(button);
      }}
    >
      {props.children}
    </div>
  );
}
