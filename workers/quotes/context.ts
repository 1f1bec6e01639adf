import type { Context } from "hono";

export interface QuotesHono {
  Bindings: QuotesEnv;
}

export type QuotesContext = Context<QuotesHono>;
