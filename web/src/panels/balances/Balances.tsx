import type { JSX } from "solid-js";
import { BalanceFigures } from "./BalanceFigures.tsx";

/** Equity, cash and buying power of the account. */
export default function Balances(): JSX.Element {
  return <BalanceFigures />;
}
