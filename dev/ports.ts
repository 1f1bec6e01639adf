/** Local TCP ports. */
import { createServer } from "node:net";

/** Tries to listen; returns the port, or the error's code (`EADDRINUSE`, `EACCES`). */
function tryListen(port: number, host: string): Promise<number | string> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "EUNKNOWN"));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const got = address === null || typeof address === "string" ? "EUNKNOWN" : address.port;
      server.close(() => resolve(got));
    });
  });
}

/** Why a port cannot be used on localhost: `EADDRINUSE`, `EACCES`, …; "" when it is free. */
export async function portTrouble(port: number): Promise<string> {
  for (const host of ["127.0.0.1", "::1"]) {
    const answer = await tryListen(port, host);
    // A machine without IPv6 has no ::1.
    if (typeof answer === "string" && answer !== "EADDRNOTAVAIL" && answer !== "EAFNOSUPPORT") return answer;
  }
  return "";
}

/** A free local port: the preferred one if it is free, otherwise any. */
export async function freePort(wanted: number | undefined): Promise<number> {
  if (wanted !== undefined && (await portTrouble(wanted)) === "") return wanted;
  const port = await tryListen(0, "127.0.0.1");
  if (typeof port === "string") throw new Error(`no free local port: ${port}`);
  return port;
}
