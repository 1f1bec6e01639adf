import type { JSX } from "solid-js";
import { RATE_LIMITS } from "../../../../domain/rateLimit.ts";
import { quantity } from "../../format/numbers.ts";
import { ADMIN } from "../../text/en/admin.ts";
import { Action } from "../console/Action.tsx";
import { Card, Read, reading, Rows } from "../console/parts.tsx";
import { limitQuestions, limitsOf, limitsText } from "./AccountControls.tsx";
import type { PlanLimits } from "./wire.ts";

const T = ADMIN.planLimits;

/** The plans of users: their rate limits, and the limits of their orders and positions. */
export function Plans(): JSX.Element {
  const plans = reading<{ readonly plans: readonly PlanLimits[] }>(() => "/v1/admin/plans");
  return (
    <Card title={ADMIN.sections.plans} hideTitle>
      <Read from={plans}>
        {(all) => (
          <Rows
            label={ADMIN.sections.plans}
            rows={all().plans}
            empty=""
            columns={[
              { title: ADMIN.users.plan, cell: ({ plan }) => ADMIN.plans[plan] },
              { title: T.rate, numeric: true, cell: ({ plan }) => quantity(RATE_LIMITS[plan].perMinute) },
              { title: T.burst, numeric: true, cell: ({ plan }) => quantity(RATE_LIMITS[plan].burst) },
              { title: ADMIN.risk.limits, cell: ({ limits }) => limitsText(limits) },
              { title: T.version, numeric: true, cell: ({ version }) => quantity(version) },
              {
                title: ADMIN.actions,
                cell: ({ plan, limits }) => (
                  <Action
                    text={T.change}
                    says={`${ADMIN.plans[plan]}. ${T.says}`}
                    icon="edit"
                    questions={limitQuestions(limits)}
                    deed={(answers) => ({
                      method: "PUT",
                      path: `/v1/admin/plans/${plan}/limits`,
                      body: limitsOf(answers, limits),
                    })}
                    onDone={plans.again}
                  />
                ),
              },
            ]}
          />
        )}
      </Read>
    </Card>
  );
}
