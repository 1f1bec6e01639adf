import { expect, test } from "vitest";
import { writtenBytes } from "./disk.ts";

const DISKSTATS = `   7       0 loop0 12 0 28 0 0 0 0 0 0 0 0 0 0 0 0 0 0
 254       0 vda 5 0 40 1 10 2 2000 3 0 4 5 0 0 0 0 6 7
 259       3 nvme0n1p3 5 0 40 1 10 2 3000 3 0 4 5 0 0 0 0 6 7
`;

test("the bytes that a device has written are found by the number of a file's device", () => {
  expect(writtenBytes(DISKSTATS, 254 * 256)).toBe(2000 * 512);
  expect(writtenBytes(DISKSTATS, 259 * 256 + 3)).toBe(3000 * 512);
  expect(writtenBytes(DISKSTATS, 8 * 256 + 1)).toBeNull();
});
