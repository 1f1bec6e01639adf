/** RPC of a login: the layouts of its terminal. */

export interface StoredWorkspaces {
  /** Grows by one with each change; 0: nothing has been stored. */
  readonly version: number;
  /** JSON text; null: nothing has been stored. */
  readonly document: string | null;
  /** Epoch milliseconds; null: nothing has been stored. */
  readonly updatedAt: number | null;
}

export interface WorkspaceRpc {
  read(): Promise<StoredWorkspaces>;
  /** Stores a document that was made from a version; null when that is not the present one. */
  write(version: number, document: string): Promise<StoredWorkspaces | null>;
}
