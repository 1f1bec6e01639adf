import { useNavigate } from "@solidjs/router";
import { createSignal, type JSX } from "solid-js";
import { signOut } from "../api/session.ts";
import { Dialog } from "../design/components/Dialog.tsx";
import { LookSettings } from "../design/components/LookSettings.tsx";
import { Menu } from "../design/components/Menu.tsx";
import { TEXT } from "../text/en.ts";

const T = TEXT.shell;

/** What is about the user: how the terminal looks, settings, the way out. */
export function UserMenu(props: { readonly email: string }): JSX.Element {
  const navigate = useNavigate();
  const [asksLook, setAsksLook] = createSignal(false);
  return (
    <>
      <Menu
        label={props.email === "" ? T.account : props.email}
        icon="account"
        items={[
          { text: T.look, icon: "palette", onChoose: () => setAsksLook(true) },
          { text: T.settings, icon: "settings", onChoose: () => navigate("/settings") },
          { text: T.shortcuts, icon: "command", onChoose: () => navigate("/shortcuts") },
          { text: T.apiDocs, icon: "book", onChoose: () => location.assign("/docs") },
          { text: T.signOut, icon: "signOut", onChoose: () => void signOut().then(() => navigate("/")) },
        ]}
      />
      <Dialog title={T.look} open={asksLook()} onClose={() => setAsksLook(false)}>
        <LookSettings />
      </Dialog>
    </>
  );
}
