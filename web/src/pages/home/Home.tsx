import { A, useNavigate } from "@solidjs/router";
import { createMemo, createResource, createSignal, For, Show, type JSX } from "solid-js";
import { errorText } from "../../api/error.ts";
import { me } from "../../api/session.ts";
import { Button } from "../../design/components/Button.tsx";
import { Empty } from "../../design/components/small.tsx";
import { money } from "../../format/numbers.ts";
import { HOME } from "../../text/en/home.ts";
import { TEXT } from "../../text/en.ts";
import { beginDemo, readDemoOffer } from "./demo.ts";
import { Featured } from "./Featured.tsx";
import { Leaders, MarketTable } from "./Market.tsx";
import { followOverview } from "./overview.ts";
import { firstBy, turnover } from "./ranking.ts";
import "./home.css";

const LINKS = [
  ["/docs", HOME.docs],
  ["/docs/streams", HOME.streams],
  ["/docs/errors", HOME.errors],
  ["/v1/health", HOME.health],
] as const;

/** The start page: the market now, what the exchange is, and the ways in. */
export default function Home(): JSX.Element {
  const overview = followOverview();
  const [chosen, setChosen] = createSignal<string | null>(null);
  const first = createMemo(() => firstBy(overview.all(), turnover, 1)[0] ?? null, null, {
    // What was shown first stays until the visitor chooses.
    equals: (before) => before !== null,
  });
  const featured = () => overview.of(chosen() ?? first() ?? "");
  const list = { overview, onChoose: setChosen };
  return (
    <div class="home">
      <section class="hero">
        <div class="hero-text">
          <h1>{HOME.title}</h1>
          <For each={HOME.sentences}>{(sentence) => <p>{sentence}</p>}</For>
          <Entrances />
        </div>
        <div class="hero-market">
          <Show when={featured()} fallback={<HeroWaiting loaded={overview.loaded()} />}>
            {(one) => <Featured of={one()} stale={overview.stale()} />}
          </Show>
        </div>
      </section>
      <section class="home-section" aria-labelledby="market-now">
        <header class="spread wrap">
          <h2 id="market-now">{HOME.market}</h2>
          <p class="muted small">{HOME.marketHint}</p>
        </header>
        <Leaders {...list} chosen={featured()?.symbol ?? ""} />
        <MarketTable {...list} chosen={featured()?.symbol ?? ""} />
      </section>
      <section class="home-section" aria-labelledby="facts">
        <h2 id="facts">{HOME.facts}</h2>
        <div class="facts">
          <For each={HOME.fact}>
            {([title, text]) => (
              <div class="card">
                <h3>{title}</h3>
                <p class="quiet">{text}</p>
              </div>
            )}
          </For>
        </div>
      </section>
      <footer class="home-links">
        <nav aria-label={HOME.links}>
          <For each={LINKS}>
            {([path, text]) => (
              <a href={path} rel="external">
                {text}
              </a>
            )}
          </For>
          <A href="/design">{HOME.design}</A>
        </nav>
      </footer>
    </div>
  );
}

function HeroWaiting(props: { readonly loaded: boolean }): JSX.Element {
  return (
    <div class="card featured">
      <Empty>{props.loaded ? HOME.noMarket : TEXT.common.loading}</Empty>
    </div>
  );
}

/** The ways in: the demo where it is offered, signing in, a login of one's own; for who is signed in, the terminal. */
function Entrances(): JSX.Element {
  const navigate = useNavigate();
  const [offer] = createResource(readDemoOffer);
  const [busy, setBusy] = createSignal(false);
  const [refused, setRefused] = createSignal<string | null>(null);
  const begin = async (): Promise<void> => {
    setBusy(true);
    setRefused(null);
    try {
      await beginDemo();
      navigate("/trade");
    } catch (error) {
      setRefused(errorText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Show
      when={me() === null}
      fallback={
        <div class="entrances">
          <A class="button" data-kind="primary" data-size="large" href="/trade">
            {HOME.openTerminal}
          </A>
        </div>
      }
    >
      <div class="entrances">
        <Show when={offer()?.offered === true}>
          <Button kind="primary" size="large" icon="bolt" busy={busy()} onClick={() => void begin()}>
            {busy() ? HOME.beginning : HOME.tryDemo}
          </Button>
        </Show>
        <A
          class="button"
          data-size="large"
          data-kind={offer()?.offered === false ? "primary" : undefined}
          href="/sign-up"
        >
          {HOME.signUp}
        </A>
        <A class="button" data-size="large" data-kind="plain" href="/sign-in">
          {HOME.signIn}
        </A>
      </div>
      <Show when={offer()?.offered === true && offer()}>
        {(terms) => <p class="muted small">{HOME.demoTerms(money(terms().cash), terms().days)}</p>}
      </Show>
      <Show when={refused()}>
        <p class="notice" data-tone="danger" role="alert">
          {refused()}
        </p>
      </Show>
    </Show>
  );
}
