/** Responses to failed requests. */
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ApiError } from "../../protocol/errors/catalogue.ts";
import { ApiFault, detailOf } from "../../protocol/http/apiFault.ts";
import { errorAnswer } from "../../protocol/errors/problem.ts";
import { type AppContext, audienceOf } from "./context.ts";
import { logEvent } from "../../protocol/log/logEvent.ts";

/** The response to an error of the catalogue. */
export function answerError(c: AppContext, error: ApiError): Response {
  const { status, type, body } = errorAnswer(error, c.req.path, c.get("requestId"), audienceOf(c));
  if (status === 401) c.header("WWW-Authenticate", "Bearer");
  if (status === 503) c.header("Retry-After", "1");
  if (error.reason === "rate_limited") c.header("Retry-After", String(error.retryAfterSeconds));
  return c.json(body, status as ContentfulStatusCode, { "Content-Type": type });
}

/** The app's error handler. The cause of an unexpected error goes to the log and never to the client. */
export function answerFault(thrown: Error, c: AppContext): Response {
  const error: ApiError = thrown instanceof ApiFault ? thrown.error : { reason: "internal" };
  if (error.reason === "internal" || error.reason === "unavailable") {
    const detail = detailOf(thrown instanceof ApiFault ? thrown.cause : thrown);
    logEvent("gateway", error.reason, { requestId: c.get("requestId"), detail });
  }
  return answerError(c, error);
}
