import { useId, type ReactNode } from 'react';
import { describePlan } from '../../../shared/logic/plan-notes.ts';
import { proofs, type Proof } from '../../../shared/logic/proofs.ts';
import { foundUpdate } from '../../../shared/logic/update.ts';
import { formatBytes, formatTime, versionLabel } from '../../../shared/logic/format.ts';
import { droppedByStaged, nextBoot } from '../../../shared/logic/next-boot.ts';
import type { Deployment, DeploymentSet } from '../../../shared/model/deployment.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { Icon, StateWord, type Tone } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';
import { Mono } from '../../components/small.tsx';
import { CommandBlock } from '../../parts/command-block.tsx';
import { startedByName, unitName } from '../../parts/operation-words.ts';

/** Beside the phases and the log: what was planned and, when it has ended, why it counts as what the outcome says. */
export function SidePanel({ operation }: { readonly operation: Operation }): ReactNode {
  const ended = operation.outcome !== null;
  return (
    <aside className="op__r" aria-label={ended ? 'Why, and what comes next' : 'Plan'}>
      {ended && <Proofs operation={operation} />}
      {ended && <BeforeReboot operation={operation} />}
      <Plan operation={operation} />
      <section className="sect sect--end">
        <dl className="kv">
          <dt>Kept in</dt>
          <dd>History, with commands, output and exit code</dd>
          <dt>Unit</dt>
          <dd>
            <Mono>{unitName(operation.plan)}</Mono>
          </dd>
          <dt>Started</dt>
          <dd>
            by {operation.startedBy} on <Mono>{operation.target}</Mono>
          </dd>
        </dl>
      </section>
    </aside>
  );
}

interface SectionProps {
  readonly title: string;
  readonly note?: string;
  readonly children: ReactNode;
}

function Section({ title, note, children }: SectionProps): ReactNode {
  const id = useId();
  return (
    <section className="sect" aria-labelledby={id}>
      <div className="sect__h">
        <h2 id={id}>{title}</h2>
        {note !== undefined && <span>{note}</span>}
      </div>
      {children}
    </section>
  );
}

function Plan({ operation }: { readonly operation: Operation }): ReactNode {
  const { plan, startedAt } = operation;
  const words = describePlan(plan);
  const booted = plan.before.deployments.booted;
  return (
    <Section title="Plan" note={`confirmed ${formatTime(startedAt)} by ${startedByName(operation)}`}>
      <dl className="kv">
        <dt>Host</dt>
        <dd>
          {plan.hostName}
          {booted && `, ${versionLabel(booted)} booted`}
        </dd>
        <dt>Target</dt>
        <dd>{words.target}</dd>
        <dt>Effect</dt>
        <dd>
          {words.effects.map((effect) => (
            <p key={effect}>{effect}</p>
          ))}
        </dd>
        {words.losses.length > 0 && (
          <>
            <dt>Lost</dt>
            <dd>
              <ul className="checks">
                {words.losses.map((loss) => (
                  <Check key={loss} icon="exclamation-triangle" tone="warn" text={loss} detail="" />
                ))}
              </ul>
            </dd>
          </>
        )}
      </dl>
      <CommandBlock commands={plan.commands} what="the commands" />
      {words.notes.length > 0 && (
        <ul className="checks">
          {words.notes.map((note) => (
            <Check key={note} icon="info-circle" tone="muted" text={note} detail="" />
          ))}
        </ul>
      )}
    </Section>
  );
}

const PROOF: Readonly<Record<Proof['kind'], { readonly icon: IconName; readonly tone: Tone; readonly said: string }>> =
  {
    proven: { icon: 'check', tone: 'ok', said: 'Proven' },
    contrary: { icon: 'times', tone: 'danger', said: 'Against it' },
    open: { icon: 'minus', tone: 'muted', said: 'Open' },
  };

function Proofs({ operation }: { readonly operation: Operation }): ReactNode {
  const { outcome } = operation;
  const good = outcome !== null && !['failed', 'wrong-boot', 'unknown', 'cancelled'].includes(outcome.kind);
  return (
    <Section title={good ? 'Why this counts as done' : 'What is known'}>
      <ul className="checks">
        {proofs(operation).map(({ kind, text, detail }) => (
          <Check key={text} {...PROOF[kind]} text={text} detail={detail} />
        ))}
      </ul>
    </Section>
  );
}

/** What a person should know before the reboot that applies it. Nothing of it happens on its own here. */
function BeforeReboot({ operation }: { readonly operation: Operation }): ReactNode {
  const { after } = operation;
  if (!after || nextBoot(after.deployments).kind !== 'staged') return <NextStep operation={operation} />;
  const dropped = droppedByStaged(after.deployments);
  const boot = after.disks.find(({ mount }) => mount === '/boot');
  return (
    <Section title="Next" note="nothing happens on its own">
      <ul className="checks">
        {dropped.map((deployment) => (
          <Check
            key={deployment.id}
            icon="exclamation-triangle"
            tone="warn"
            text={`${versionLabel(deployment)} is dropped at shutdown`}
            detail={pinHint(after.deployments, deployment)}
          />
        ))}
        {boot && (
          <Check
            icon="info-circle"
            tone="muted"
            text={`/boot: ${formatBytes(boot.available)} free`}
            detail="The new kernel is copied there at shutdown."
          />
        )}
        <Check
          icon="power-off"
          tone="staged"
          text="Reboot the host when it suits you"
          detail="From here, or by hand: Berth notices it and reads the host again."
        />
      </ul>
    </Section>
  );
}

/** How a deployment that would be dropped is kept. Positions shift with every operation, so only the one with a name is offered. */
function pinHint({ backend, rollback }: DeploymentSet, deployment: Deployment): string {
  return backend === 'ostree' && deployment === rollback ? 'To keep it, pin it before, on the host’s page.' : '';
}

function NextStep({ operation }: { readonly operation: Operation }): ReactNode {
  const update = operation.after && foundUpdate(operation.after.deployments);
  if (operation.outcome?.kind !== 'update-found' || !update) return null;
  return (
    <Section title="Next" note="nothing happens on its own">
      <p>
        <StateWord icon="arrow-circle-up" tone="update">
          An upgrade stages {update.version ?? 'it'}; the next reboot runs it.
        </StateWord>
      </p>
    </Section>
  );
}

interface CheckProps {
  readonly icon: IconName;
  readonly tone: Tone;
  /** What the icon says to those who do not see it. */
  readonly said?: string;
  readonly text: string;
  readonly detail: string;
}

function Check({ icon, tone, said, text, detail }: CheckProps): ReactNode {
  return (
    <li>
      <Icon name={icon} tone={tone} {...(said !== undefined && { label: said })} />
      <span>
        {text}
        {detail !== '' && <small>{detail}</small>}
      </span>
    </li>
  );
}
