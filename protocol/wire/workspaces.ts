/** Bodies of a login's workspace: the layouts of its terminal. */
import * as z from "zod";

/** The longest document as JSON text: thirty layouts of twenty panels with their settings are a third of it. */
export const WORKSPACE_BYTES_MAX = 256 * 1024;

const document = z
  .record(z.string(), z.json())
  .describe("Layouts as the terminal writes them; the exchange keeps them and does not read them. At most 256 KiB.");

export const workspacesRequest = z
  .strictObject({
    version: z.int().min(0).describe("The version that the document was made from; 0: there was none."),
    document,
  })
  .meta({ id: "WorkspacesRequest" });

export const wireWorkspaces = z
  .object({
    version: z.int().describe("Grows by one with each change; 0: nothing has been stored."),
    document: document.nullable().describe("null: nothing has been stored."),
    updated_at: z.iso.datetime().nullable(),
  })
  .meta({ id: "Workspaces" });
export type WireWorkspaces = z.infer<typeof wireWorkspaces>;
