import { expect, test, vi } from "vitest";
import { derived, dump, loginParts, newWorld } from "../../../test/loginParts.ts";
import { BackgroundTasks } from "../backgroundTasks.ts";
import { writeEmail } from "./emailTexts.ts";

function registered() {
  const world = newWorld();
  const login = loginParts(world, "ABCDEFGHIJKLMNOPQRST");
  const user = { email: "ada@example.com", roles: ["trader"], plan: "standard", region: "world" } as const;
  login.passwords.create({ ...user, password: derived("correct horse battery") });
  return { world, ...login };
}

test("ID-36: an e-mail is stored encrypted until it is sent, and deleted afterwards", async () => {
  const { world, emails, tasks, db } = registered();
  emails.queue("reset", { code: "SECRETCODE" });
  expect(world.alarmAt).toBe(world.now);
  expect(dump(db)).not.toContain("SECRETCODE");
  await tasks.run();
  expect(world.mails).toHaveLength(1);
  expect(world.mails[0]).toMatchObject({ to: "ada@example.com" });
  expect(world.mails[0]?.text).toContain("SECRETCODE");
  expect(emails.dueAt()).toBeNull();
});

test("ID-36: an e-mail that is refused is retried with backoff, and dropped after a day", async () => {
  vi.spyOn(console, "error").mockReturnValue();
  const log = vi.spyOn(console, "warn").mockReturnValue();
  const { world, emails, tasks } = registered();
  world.mailDown = true;
  emails.queue("refresh_reused", {});
  const posted = world.now;
  const waits: number[] = [];
  while (world.alarmAt !== null) {
    waits.push(world.alarmAt - world.now);
    world.now = world.alarmAt;
    await tasks.run();
  }
  expect(waits.slice(0, 5)).toEqual([0, 2_000, 4_000, 8_000, 16_000]);
  expect(Math.max(...waits)).toBe(900_000);
  expect(world.now - posted).toBeGreaterThan(86_400_000);
  expect(log.mock.calls.flat().join("\n")).not.toContain("ada@");
  world.mailDown = false;
  emails.queue("refresh_reused", {});
  await tasks.run();
  expect(world.mails).toHaveLength(1);
});

test("ID-36: queued e-mails are sent when the mailer recovers", async () => {
  vi.spyOn(console, "warn").mockReturnValue();
  const { world, emails, tasks } = registered();
  world.mailDown = true;
  emails.queue("refresh_reused", {});
  await tasks.run();
  world.mailDown = false;
  world.now = world.alarmAt ?? 0;
  await tasks.run();
  expect(world.mails).toHaveLength(1);
  expect(world.alarmAt).toBeNull();
});

test("ID-36: a task that fails neither stops the others nor keeps the object awake", async () => {
  vi.spyOn(console, "warn").mockReturnValue();
  let alarmAt: number | null = null;
  let ran = 0;
  const tasks = new BackgroundTasks({ armBy: (at) => (alarmAt = at), fired: () => (alarmAt = null) }, () => 1_000);
  tasks.add({
    dueAt: () => 500,
    run: () => {
      throw new Error("broken");
    },
  });
  tasks.add({ dueAt: () => (ran === 0 ? 900 : 5_000), run: () => void ran++ });
  tasks.arm();
  expect(alarmAt).toBe(1_000);
  await tasks.run();
  expect(ran).toBe(1);
  expect(alarmAt).toBe(31_000);
});

test("ID-118: every link that has a code has it in the fragment, and the code can be typed in as well", () => {
  for (const kind of ["verify", "reset", "invited"] as const) {
    const { text } = writeEmail(kind, { code: "SECRETCODE" }, "https://exchange.test");
    const links = (text.match(/https:\S+/g) ?? [])
      .filter((link) => link.includes("SECRETCODE"))
      .map((link) => new URL(link));
    expect(
      links.map(({ hash }) => hash),
      kind,
    ).toEqual(["#code=SECRETCODE"]);
    expect(links.map(({ pathname, search }) => pathname + search).join(), kind).not.toContain("SECRETCODE");
    expect(text, kind).toContain("enter this code: SECRETCODE");
  }
});
