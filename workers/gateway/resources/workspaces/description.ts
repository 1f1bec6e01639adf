import { wireWorkspaces, workspacesRequest } from "../../../../protocol/wire/workspaces.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/workspaces": {
    id: "getWorkspaces",
    summary: "The layouts of my terminal",
    responses: { 200: wireWorkspaces },
    example: {},
  },
  "PUT /v1/workspaces": {
    id: "putWorkspaces",
    summary: "Store the layouts of my terminal",
    description:
      "Replaces the document that was made from `version`. `workspace_changed`: another device has stored a newer one; " +
      "read it, and send what should be kept with its version.",
    requestBody: workspacesRequest,
    responses: { 200: wireWorkspaces },
    errorStatuses: [409],
    example: { body: { version: 0, document: { format: 1, current: "trading", layouts: [] } } },
  },
};
