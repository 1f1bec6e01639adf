import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { listeningPorts, processesOf } from "./processes.ts";

const onLinux = process.platform === "linux";

test.runIf(onLinux)("the ports on which a process listens, and none after it has stopped", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  expect(listeningPorts(process.pid)).toContain(port);
  server.close();
  await once(server, "close");
  expect(listeningPorts(process.pid)).not.toContain(port);
});

test.runIf(onLinux)("this process is not among those of its folder, and a folder that nothing names has none", () => {
  expect(processesOf(process.cwd()).map(({ pid }) => pid)).not.toContain(process.pid);
  expect(processesOf("/no/such/folder/anywhere")).toEqual([]);
});
