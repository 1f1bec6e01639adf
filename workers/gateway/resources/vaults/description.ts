import { touchQuery, wireTouched } from "../../../../protocol/wire/privacy.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "POST /v1/admin/vaults/touch": {
    id: "touchVaults",
    summary: "Move users to the current key-encryption key",
    description:
      "A page of users at a time. When `next` is null, the previous key may be dropped (`npm run pii:rotate`).",
    query: touchQuery,
    responses: { 200: wireTouched },
  },
};
