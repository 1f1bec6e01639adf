/** How the gateway's own pages look. */
export const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; }
form { display: grid; gap: 0.75rem; max-width: 24rem; }
input, button { font: inherit; padding: 0.5rem 0.75rem; }
pre { overflow-x: auto; white-space: pre-wrap; }
table { border-collapse: collapse; }
.card { max-width: 26rem; margin: auto; padding: 1.5rem; border: 1px solid light-dark(#cfd6df, #343c48); border-radius: 12px; }
.card h1 { margin-top: 0; overflow-wrap: anywhere; }
.card form { max-width: none; }
.card label { display: grid; gap: 0.25rem; }
.card input { width: 100%; box-sizing: border-box; }
.button, .card button { display: block; box-sizing: border-box; width: 100%; margin-top: 0.5rem; padding: 0.7rem; text-align: center; text-decoration: none; color: inherit; background: none; border: 1px solid light-dark(#cfd6df, #343c48); border-radius: 8px; cursor: pointer; }
.card button.primary, .primary { background: #0b5fd7; border-color: #0b5fd7; color: #fff; }
.bad { color: light-dark(#b3261e, #ff8a80); }
.dim { opacity: 0.75; font-size: 0.9rem; overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid #5b9bff; outline-offset: 2px; }
td, th { padding: 0.25rem 0.75rem 0.25rem 0; text-align: left; vertical-align: top; }
`;
