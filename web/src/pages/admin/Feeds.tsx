import type { JSX } from "solid-js";
import { Button } from "../../design/components/Button.tsx";
import { Badge } from "../../design/components/small.tsx";
import { quantity } from "../../format/numbers.ts";
import { fullTime } from "../../format/times.ts";
import { ADMIN } from "../../text/en/admin.ts";
import { CONSOLE } from "../../text/en/console.ts";
import { Card, Read, reading, Rows } from "../console/parts.tsx";
import type { Feed } from "./wire.ts";

const T = ADMIN.feeds;

/** The feeds of externally priced symbols. */
export function Feeds(): JSX.Element {
  const feeds = reading<readonly Feed[]>(() => "/v1/admin/feeds");
  return (
    <Card
      title={ADMIN.sections.feeds}
      hideTitle
      tools={
        <Button icon="refresh" onClick={feeds.again}>
          {CONSOLE.refresh}
        </Button>
      }
    >
      <Read from={feeds}>
        {(list) => (
          <Rows
            label={ADMIN.sections.feeds}
            rows={list()}
            empty={T.none}
            columns={[
              { title: T.class, cell: (feed) => T.classes[feed.class] },
              { title: T.source, cell: (feed) => feed.source },
              {
                title: ADMIN.state,
                cell: (feed) => (
                  <Badge tone={feed.state === "live" ? "good" : feed.state === "stale" ? "warn" : "danger"}>
                    {T.states[feed.state]}
                  </Badge>
                ),
              },
              { title: T.breaker, cell: (feed) => T.breakers[feed.breaker] },
              { title: T.heard, cell: (feed) => fullTime(feed.heard_at) },
              { title: T.retry, cell: (feed) => fullTime(feed.retry_at) },
              { title: T.symbols, cell: (feed) => (feed.symbols.length === 0 ? "–" : feed.symbols.join(", ")) },
              { title: T.items, numeric: true, cell: (feed) => quantity(feed.items) },
              { title: T.refused, numeric: true, cell: (feed) => quantity(feed.refused) },
              { title: T.dropped, numeric: true, cell: (feed) => quantity(feed.dropped) },
              { title: T.connected, numeric: true, cell: (feed) => quantity(feed.connected) },
              { title: T.failed, numeric: true, cell: (feed) => quantity(feed.failed) },
            ]}
          />
        )}
      </Read>
    </Card>
  );
}
