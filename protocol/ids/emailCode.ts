/** Emailed codes: the route of the login and 160 random bits. */
import type { LoginRoute } from "../../domain/ids.ts";
import { BASE32, randomText, ROUTE_TEXT } from "./loginRoute.ts";

const RANDOM_LENGTH = 32;

const CODE = new RegExp(`^(${ROUTE_TEXT})[A-Z2-7]{${RANDOM_LENGTH}}$`);

/** A new code of a login. */
export function newCode(route: LoginRoute): string {
  return route + randomText(BASE32, RANDOM_LENGTH);
}

/** The route in a code; null when it is malformed. */
export function routeOfCode(code: string): string | null {
  return CODE.exec(code)?.[1] ?? null;
}
