/** Passkeys by the browser. The library is loaded when one is first used. */
import { ENTRY } from "../text/en/entry.ts";
import { Cancelled } from "./action.tsx";

type Library = typeof import("@simplewebauthn/browser");
type RequestOptions = Parameters<Library["startAuthentication"]>[0]["optionsJSON"];
type CreationOptions = Parameters<Library["startRegistration"]>[0]["optionsJSON"];

export const hasPasskeys = (): boolean => "PublicKeyCredential" in globalThis;

/** Asks for a passkey that signs these options. Rejects with words for the user. */
export async function usePasskey(options: unknown): Promise<unknown> {
  return asked((library) => library.startAuthentication({ optionsJSON: options as RequestOptions }));
}

/** Makes a new passkey. Rejects with words for the user. */
export async function createPasskey(options: unknown): Promise<unknown> {
  return asked((library) => library.startRegistration({ optionsJSON: options as CreationOptions }));
}

async function asked(ask: (library: Library) => Promise<unknown>): Promise<unknown> {
  if (!hasPasskeys()) throw new Error(ENTRY.passkeyNone);
  const library = await import("@simplewebauthn/browser");
  try {
    return await ask(library);
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") throw new Cancelled();
    throw new Error(ENTRY.passkeyFailed, { cause: error });
  }
}
