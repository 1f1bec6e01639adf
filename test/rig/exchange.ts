/** The whole exchange on a bare workerd, for crash and load tests: production bundles, objects on disk, real PostgreSQL. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../dev/ports.ts";
import { newKeyEncryptionKeys } from "../../dev/secrets.ts";
import { buildBundles } from "./bundles.ts";
import { startWorkerd } from "./workerd.ts";
import type { Workerd } from "./workerd.ts";
import { observingModule } from "./observedObjects.ts";
import { type Observer, workerdConfig } from "./workerdConfig.ts";

export interface ExchangeSpec {
  /** Holds configuration, log and the objects' files; made when missing. The caller removes it. */
  readonly dir: string;
  readonly database: { readonly writerUrl: string; readonly fetchEndpoint: string };
  /** Opens the inspector, for profiles. */
  readonly inspect?: boolean;
  /** Other configurations than those of production; the worker of the first takes the requests. */
  readonly configs?: readonly string[];
  /** Variables of the workers to set otherwise than production does. */
  readonly vars?: Readonly<Record<string, string>>;
  /** Flags of V8, say "--max-heap-size=128". */
  readonly v8Flags?: readonly string[];
  /** Logs constructor calls of objects, and lets `observers` reach each object (observedObjects.ts). */
  readonly observed?: boolean;
}

export interface RiggedExchange {
  /** http://127.0.0.1:port, the same after a restart. */
  readonly url: string;
  /** http://127.0.0.1:port of the inspector; null when it was not asked for. */
  readonly inspectorUrl: string | null;
  readonly bootstrapSecret: string;
  readonly logFile: string;
  readonly storageDir: string;
  /** By object class, http://127.0.0.1:port of the observer of its worker; empty unless it is `observed`. */
  readonly observers: ReadonlyMap<string, string>;
  /** Process id of the running workerd. */
  pid(): number;
  /** SIGKILL, then wait until it is gone. */
  kill(): Promise<void>;
  /** Starts a killed exchange again on the same files. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Builds the bundles if the sources have changed, and starts the exchange. */
export async function startExchange(spec: ExchangeSpec): Promise<RiggedExchange> {
  const storageDir = join(spec.dir, "objects");
  mkdirSync(storageDir, { recursive: true });
  const configFile = join(spec.dir, "workerd.capnp");
  const logFile = join(spec.dir, "workerd.log");
  const port = await freePort(undefined);
  const inspectorPort = spec.inspect === true ? await freePort(undefined) : null;
  const bootstrapSecret = randomBytes(24).toString("base64url");
  const bundles = await buildBundles(spec.configs);
  const address = `127.0.0.1:${port}`;
  const text = {
    PUBLIC_URL: `http://${address}`,
    FEED_CREDENTIALS: "none",
    ...spec.vars,
    BOOTSTRAP_SECRET: bootstrapSecret,
    JWT_KEYS: `{"keys":[${newSigningKey()}]}`,
    OIDC_PROVIDERS: "[]",
    AUDIT_SIGNING_KEY: newSigningKey(),
    PII_MASTER_KEYS: newKeyEncryptionKeys(),
    MAILER: "outbox",
    FOUR_EYES: "off",
    SES_CREDENTIALS: "none",
    DATABASE_URL: spec.database.writerUrl,
    DATABASE_URL_EU: "none",
    JURISDICTIONS: "off",
    NEON_FETCH_ENDPOINT: spec.database.fetchEndpoint,
  };
  const observers = new Map<string, Observer>();
  for (const bundle of spec.observed === true ? bundles : []) {
    const module = join(spec.dir, `observer-${bundle.name}.js`);
    writeFileSync(module, observingModule(bundle.config));
    observers.set(bundle.name, { module, address: `127.0.0.1:${await freePort(undefined)}` });
  }
  const config = workerdConfig(bundles, {
    configDir: spec.dir,
    storageDir,
    address,
    text,
    v8Flags: spec.v8Flags ?? [],
    observers,
  });
  writeFileSync(configFile, config, { mode: 0o600 });

  const inspectorAddress = inspectorPort === null ? null : `127.0.0.1:${inspectorPort}`;
  const start = () => startWorkerd({ configFile, logFile, healthUrl: `http://${address}/v1/health`, inspectorAddress });
  let running: Workerd | null = await start();
  const current = (): Workerd => {
    if (running === null) throw new Error("the exchange does not run");
    return running;
  };
  return {
    url: `http://${address}`,
    inspectorUrl: inspectorAddress === null ? null : `http://${inspectorAddress}`,
    bootstrapSecret,
    logFile,
    storageDir,
    observers: new Map(
      bundles.flatMap(({ name, config: { exports } }) => {
        const observer = observers.get(name);
        const url = `http://${observer?.address ?? ""}`;
        return observer === undefined ? [] : Object.keys(exports).map((className) => [className, url] as const);
      }),
    ),
    pid: () => current().pid,
    kill: async () => {
      await current().kill();
      running = null;
    },
    restart: async () => {
      if (running !== null) throw new Error("the exchange runs already");
      running = await start();
    },
    stop: async () => {
      await running?.stop();
      running = null;
    },
  };
}

/** A private key that signs access tokens or checkpoints, as the workers take it. */
function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return JSON.stringify({ ...privateKey.export({ format: "jwk" }), kid: "rig", alg: "ES256" });
}
