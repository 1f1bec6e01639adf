/** `npm run docs:orders` writes docs/orders.md. */
import { join } from "node:path";
import { writeChanged } from "./api/writeChanged.ts";
import { ordersPage } from "./ordersPage.ts";
import { ROOT } from "./workers.ts";

writeChanged(join(ROOT, "docs", "orders.md"), ordersPage());
