/** Refresh tokens: `route.session.secret.tag`, opaque to their holders. */
import type { LoginRoute } from "../../domain/ids.ts";
import { ROUTE_TEXT } from "../ids/loginRoute.ts";

const TOKEN = new RegExp(`^(${ROUTE_TEXT})\\.([0-9a-f-]{36})\\.([A-Za-z0-9_-]{40,43})\\.([A-Za-z0-9_-]{43})$`);

export interface RefreshToken {
  /** Names the login's object. */
  readonly route: LoginRoute;
  readonly sessionId: string;
  readonly secret: string;
  /** Proves to the session that it issued the token, also when the token has been replaced. */
  readonly tag: string;
}

/** Parses a refresh token; null when it is malformed. */
export function readRefreshToken(text: string): RefreshToken | null {
  const [, route, sessionId, secret, tag] = TOKEN.exec(text) ?? [];
  if (route === undefined || sessionId === undefined || secret === undefined || tag === undefined) return null;
  return { route, sessionId, secret, tag };
}
