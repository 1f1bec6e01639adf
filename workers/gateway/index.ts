import { createApp } from "./app.ts";

/** The gateway worker: stateless, so it may be deployed at any time. */
export default createApp() satisfies ExportedHandler<GatewayEnv>;
