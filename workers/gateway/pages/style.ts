/** The style of the gateway's pages. */
export const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#cfd6df, #343c48); --link: light-dark(#0b5fd7, #7db3ff); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; color: light-dark(#1a2230, #e4e9f1); background: light-dark(#fff, #11161d); }
a { color: var(--link); }
h1 { font-size: 1.5rem; line-height: 1.25; }
h2 { font-size: 1.15rem; margin: 0; overflow-wrap: anywhere; }
form { display: grid; gap: 0.75rem; max-width: 24rem; }
input, select, button { font: inherit; color: inherit; padding: 0.5rem 0.75rem; }
input, select { background: light-dark(#fff, #191f29); border: 1px solid light-dark(#9aa5b4, #566173); border-radius: 8px; }
pre { overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; font: 0.9rem/1.5 ui-monospace, monospace; }
table { border-collapse: collapse; }
article { padding: 1rem 0; border-top: 1px solid var(--line); }
article p { margin: 0.25rem 0 0; }
.brand { display: block; margin-bottom: clamp(1rem, 8vh, 5rem); color: inherit; font-weight: 650; text-decoration: none; }
.card { max-width: 26rem; margin: auto; padding: 1.5rem; border: 1px solid var(--line); border-radius: 12px; }
.card h1 { margin-top: 0; overflow-wrap: anywhere; }
.card form { max-width: none; }
.card label { display: grid; gap: 0.25rem; }
.card label:has([type="checkbox"]) { display: flex; gap: 0.5rem; align-items: center; }
.card input:not([type="checkbox"]), .card select { width: 100%; box-sizing: border-box; }
.button, .card button { display: block; box-sizing: border-box; width: 100%; margin-top: 0.5rem; padding: 0.7rem; text-align: center; text-decoration: none; color: inherit; background: none; border: 1px solid var(--line); border-radius: 8px; cursor: pointer; }
.card button.primary, .primary { background: #0b5fd7; border-color: #0b5fd7; color: #fff; }
.bad { color: light-dark(#b3261e, #ff8a80); }
.dim { color: light-dark(#566173, #9aa7ba); font-size: 0.9rem; overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid #5b9bff; outline-offset: 2px; }
td, th { padding: 0.25rem 0.75rem 0.25rem 0; text-align: left; vertical-align: top; }
`;
