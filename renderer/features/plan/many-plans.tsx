import type { ReactNode } from 'react';
import { describe } from '../../../shared/errors/describe.ts';
import { plural, versionLabel } from '../../../shared/logic/format.ts';
import { groupPlans } from '../../../shared/logic/plan-groups.ts';
import { describePlan } from '../../../shared/logic/plan-notes.ts';
import { failedChecks, unconfirmed } from '../../../shared/logic/preflight.ts';
import { foundUpdate, leftVersion, newestDeployment } from '../../../shared/logic/update.ts';
import type { OperationPlan } from '../../../shared/model/operation.ts';
import type { Verb, VerbRequest } from '../../../shared/model/verb.ts';
import { Icon, StateWord } from '../../components/icon.tsx';
import { CommandBlock } from '../../parts/command-block.tsx';
import { useFleet } from '../../state/session-context.ts';
import { CheckList } from './check-list.tsx';
import type { PlanEntry } from './use-plans.ts';

type Ready = Extract<PlanEntry, { kind: 'ready' }>;
type Refused = Extract<PlanEntry, { kind: 'refused' }>;

/** The plans of several hosts: those that can be started with what each loses, then those that cannot with the reason. */
export function ManyPlans({
  request: { verb },
  entries,
}: {
  readonly request: VerbRequest;
  readonly entries: readonly PlanEntry[];
}): ReactNode {
  const ready = entries.filter((entry): entry is Ready => entry.kind === 'ready' && !isStopped(entry));
  const stopped = entries.filter((entry): entry is Ready => entry.kind === 'ready' && isStopped(entry));
  const refused = entries.filter((entry): entry is Refused => entry.kind === 'refused');
  const asking = entries.filter((entry) => entry.kind === 'asking' || (entry.kind === 'ready' && !entry.checks)).length;
  return (
    <>
      <p>{about(verb)}</p>
      <p className="plan__wait" role="status">
        {asking > 0 && (
          <>
            <Icon name="in-progress" tone="accent" /> Looking at {plural(asking, 'host')} …
          </>
        )}
      </p>
      {ready.length > 0 && (
        <section>
          <h3>{plural(ready.length, 'host')} can</h3>
          {groupPlans(ready).map(({ effects, losses, members }) => (
            <PlanGroup key={members[0]?.hostId} effects={effects} losses={losses} members={members} />
          ))}
        </section>
      )}
      {refused.length + stopped.length > 0 && (
        <section>
          <h3>{plural(refused.length + stopped.length, 'host')} cannot, and nothing is done there</h3>
          <ul className="plan__hosts">
            {stopped.map((entry) => (
              <StoppedHost key={entry.hostId} entry={entry} />
            ))}
            {refused.map((entry) => (
              <RefusedHost key={entry.hostId} entry={entry} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** What comes to all of them alike. */
function about(verb: Verb): string {
  switch (verb) {
    case 'check':
      return 'Each host asks its registry. Nothing is staged, nothing restarts.';
    case 'upgrade':
    case 'download':
    case 'switch':
      return 'Each host pulls and stages by itself, a few at a time. Nothing restarts, no reboot.';
    case 'reboot':
    case 'soft-reboot':
      return 'Hosts go down and come back a few at a time. Berth waits for each, and says what it booted.';
    default:
      return 'Each host is changed by itself, a few at a time. Nothing restarts, no reboot.';
  }
}

/** Hosts to which the same will happen: what that is stands once, over them. */
function PlanGroup({
  effects,
  losses,
  members,
}: {
  readonly effects: readonly string[];
  readonly losses: readonly string[];
  readonly members: readonly Ready[];
}): ReactNode {
  return (
    <div className="plan__group">
      <p>
        <b className="b-strong">{plural(members.length, 'host')}:</b> {effects.join(' ')}
      </p>
      {losses.map((loss) => (
        <p key={loss}>
          <StateWord icon="exclamation-triangle" tone="warn">
            {loss}
          </StateWord>
        </p>
      ))}
      <ul className="plan__hosts">
        {members.map((entry) => (
          <ReadyHost key={entry.hostId} entry={entry} />
        ))}
      </ul>
    </div>
  );
}

/** Whether a check of the pre-flight stops it. */
function isStopped({ checks }: Ready): boolean {
  return checks !== null && failedChecks(checks).length > 0;
}

function StoppedHost({ entry: { plan, checks } }: { readonly entry: Ready }): ReactNode {
  return (
    <li className="plan__refused">
      <b className="b-strong b-cut">{plan.hostName}</b>
      <span>
        {failedChecks(checks ?? [])
          .map(({ text, remedy }) => `${text} ${remedy}`.trim())
          .join(' ')}
      </span>
    </li>
  );
}

function ReadyHost({ entry: { plan, changed, checks } }: { readonly entry: Ready }): ReactNode {
  const { target, notes } = describePlan(plan);
  const warnings = unconfirmed(checks ?? [], []).length;
  return (
    <li>
      <details>
        <summary>
          <b className="b-strong b-cut">{plan.hostName}</b>
          <span className="b-cut">{fetches(plan) ? versionsText(plan) : target}</span>
          {changed && (
            <StateWord icon="sync-alt" tone="warn">
              has changed, new plan
            </StateWord>
          )}
          <span className="b-grow" />
          {warnings > 0 && (
            <StateWord icon="exclamation-triangle" tone="warn">
              {plural(warnings, 'warning')}
            </StateWord>
          )}
          <Icon name="caret-down" />
        </summary>
        {notes.map((text) => (
          <p key={text}>{text}</p>
        ))}
        <CheckList checks={checks} name={plan.hostName} />
        <CommandBlock commands={plan.commands} what={`the commands for ${plan.hostName}`} />
      </details>
    </li>
  );
}

function RefusedHost({ entry: { hostId, failure } }: { readonly entry: Refused }): ReactNode {
  const name = useFleet((state) => state.rows.get(hostId)?.name) ?? hostId;
  const { text, remedy } = describe(failure);
  return (
    <li className="plan__refused">
      <b className="b-strong b-cut">{name}</b>
      <span>
        {text} {remedy}
      </span>
    </li>
  );
}

/** Whether a plan goes to the newest image: then from which to which says most. */
function fetches({ request: { verb } }: OperationPlan): boolean {
  return verb === 'upgrade' || verb === 'download' || verb === 'check';
}

function versionsText({ before: { deployments } }: OperationPlan): string {
  const from = newestDeployment(deployments);
  // After a rollback an upgrade stages again what the host was rolled back from.
  const known = foundUpdate(deployments) ?? leftVersion(deployments);
  const to = known?.version ?? 'the newest, if there is one';
  return from ? `${versionLabel(from)} → ${to}` : to;
}
