import type { JSX } from "solid-js";
import { LookSettings } from "../../design/components/LookSettings.tsx";
import { SETTINGS as T } from "../../text/en/settings.ts";
import { Section } from "./parts.tsx";

/** Theme, density and colours of this browser. */
export default function LookPage(): JSX.Element {
  return (
    <Section title={T.sections.look} lead={T.lookLead}>
      <LookSettings />
    </Section>
  );
}
