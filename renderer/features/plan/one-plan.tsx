import type { ReactNode } from 'react';
import { describe } from '../../../shared/errors/describe.ts';
import { versionLabel } from '../../../shared/logic/format.ts';
import { describePlan } from '../../../shared/logic/plan-notes.ts';
import type { OperationPlan } from '../../../shared/model/operation.ts';
import type { PreflightCheck } from '../../../shared/model/preflight.ts';
import { Icon, type Tone } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';
import { CommandBlock } from '../../parts/command-block.tsx';
import { useFleet } from '../../state/session-context.ts';
import { CheckList } from './check-list.tsx';
import type { PlanEntry } from './use-plans.ts';

/** The plan of one host: what, with which effect, what is lost, and the exact commands. */
export function OnePlan({ entry }: { readonly entry: PlanEntry }): ReactNode {
  const name = useFleet((state) => state.rows.get(entry.hostId)?.name) ?? 'the host';
  switch (entry.kind) {
    case 'asking':
      return (
        <p className="plan__wait" role="status">
          <Icon name="in-progress" tone="accent" /> {`Looking at ${name} …`}
        </p>
      );
    case 'refused': {
      const { text, remedy } = describe(entry.failure);
      return (
        <div role="alert">
          <Item icon="ban" tone="danger">
            <b className="b-strong">{text}</b>
            {remedy !== '' && <small>{remedy}</small>}
          </Item>
        </div>
      );
    }
    case 'ready':
      return (
        <>
          {entry.changed && (
            <div className="plan__new" role="alert">
              <Icon name="sync-alt" tone="warn" /> The host has changed since the plan was made. This is the new one.
            </div>
          )}
          <PlanFacts plan={entry.plan} checks={entry.checks} />
        </>
      );
  }
}

function PlanFacts({
  plan,
  checks,
}: {
  readonly plan: OperationPlan;
  readonly checks: readonly PreflightCheck[] | null;
}): ReactNode {
  const { target, effects, losses, notes, safe } = describePlan(plan);
  const booted = plan.before.deployments.booted;
  return (
    <>
      <dl className="plan__facts">
        <dt>Host</dt>
        <dd>
          {plan.hostName}
          {booted && `, ${versionLabel(booted)} booted`}
        </dd>
        <dt>Target</dt>
        <dd>{target}</dd>
        <dt>Effect</dt>
        <dd>
          {effects.map((effect) => (
            <Item key={effect} icon="arrow-right" tone="accent">
              {effect}
            </Item>
          ))}
        </dd>
        <dt>Lost</dt>
        <dd>
          {losses.length === 0 && 'Nothing'}
          {losses.map((loss) => (
            <Item key={loss} icon="exclamation-triangle" tone="warn">
              {loss}
            </Item>
          ))}
        </dd>
        {notes.length > 0 && (
          <>
            <dt>Know</dt>
            <dd>
              {notes.map((note) => (
                <Item key={note} icon="info-circle" tone="muted">
                  {note}
                </Item>
              ))}
            </dd>
          </>
        )}
      </dl>
      <CheckList checks={checks} name={plan.hostName} />
      <h3>Exactly this is run, as root on the host</h3>
      <CommandBlock commands={plan.commands} what="the commands" />
      <p className="plan__safe">
        <Icon name="shield-alt" tone="ok" /> {safe}
      </p>
    </>
  );
}

function Item({
  icon,
  tone,
  children,
}: {
  readonly icon: IconName;
  readonly tone: Tone;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className="plan__item">
      <Icon name={icon} tone={tone} />
      <span>{children}</span>
    </div>
  );
}
