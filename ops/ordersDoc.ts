/** `npm run docs:orders` writes docs/orders.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ordersPage } from "./ordersPage.ts";
import { ROOT } from "./workers.ts";

writeFileSync(join(ROOT, "docs", "orders.md"), ordersPage());
