/**
 * One run per state folder. The holder listens on a local port and answers with its folder, so that a lock file of a
 * killed run is recognised as stale even if its process id is used again.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { once } from "node:events";
import { StartFailure, errorCode } from "./failure.ts";

const ANSWER_MS = 2_000;

/** Takes the lock, or throws StartFailure when another run holds it. Returns the function that releases it. */
export async function takeLock(lockFile: string): Promise<() => void> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.end(`${lockFile}\n`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the lock has no port");
  const mine = `${address.port} ${process.pid}\n`;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(lockFile, mine, { flag: "wx" });
      server.unref();
      return () => {
        if (read(lockFile) === mine) rmSync(lockFile, { force: true });
        server.close();
      };
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
    }
    const [port, pid] = read(lockFile).split(/\s/);
    if ((await holderOf(Number(port))) === lockFile) {
      server.close();
      throw new StartFailure(
        `The exchange already runs on this state folder (process ${pid}): stop it, or choose another folder with --state.`,
      );
    }
    rmSync(lockFile, { force: true });
  }
  server.close();
  throw new StartFailure(`Another start on this state folder is under way: ${lockFile} keeps coming back.`);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** The folder that the holder at a lock port answers; "" without an answer. */
async function holderOf(port: number): Promise<string> {
  if (!Number.isInteger(port) || port <= 0 || port > 65_535) return "";
  const socket = connect({ host: "127.0.0.1", port });
  socket.setTimeout(ANSWER_MS, () => socket.destroy());
  let text = "";
  try {
    for await (const chunk of socket) {
      text += String(chunk);
      if (text.length > 4_096) break;
    }
  } catch {
    return "";
  }
  return text.trim();
}
