/** The terminal: reads who is signed in, then shows the page of the address. */
import { Router } from "@solidjs/router";
import { render } from "solid-js/web";
import { begin } from "./api/session.ts";
import "./design/tokens.css";
import "./design/base.css";
import "./design/components.css";
import "./design/surfaces.css";
import { App } from "./shell/App.tsx";
import { ROUTES } from "./shell/routes.tsx";

const root = document.querySelector("#root");
if (root === null) throw new Error("no place for the terminal");
render(() => <Router root={App}>{[...ROUTES]}</Router>, root);
void begin();
