/** `npm run docs:site`: what /docs serves. `npm run dev`, `npm test` and deployments run it by themselves. */
import buildSite from "./site.ts";

buildSite();
