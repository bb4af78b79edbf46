import type { ReactNode } from 'react';
import { formatDate, formatSpan, plural } from '../../../shared/logic/format.ts';
import { bootEndText, finalizeText } from '../../../shared/logic/forensics-words.ts';
import type { BootRecord, FinalizeResult } from '../../../shared/model/forensics.ts';
import { StateWord, type Tone } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';
import { Mono } from '../../components/small.tsx';

const updates: Readonly<Record<Exclude<FinalizeResult, 'nothing'>, { icon: IconName; tone: Tone }>> = {
  waiting: { icon: 'power-off', tone: 'staged' },
  done: { icon: 'check-circle', tone: 'ok' },
  failed: { icon: 'exclamation-circle', tone: 'danger' },
  timeout: { icon: 'hourglass-half', tone: 'danger' },
  held: { icon: 'download', tone: 'muted' },
  removed: { icon: 'trash', tone: 'muted' },
  cut: { icon: 'exclamation-triangle', tone: 'warn' },
};

/** The last boots, newest first: what each ran, how it ended, and what became of an update that was staged in it. */
export function BootsTable({
  boots,
  bootCount,
  readAt,
}: {
  readonly boots: readonly BootRecord[];
  readonly bootCount: number;
  readonly readAt: number;
}): ReactNode {
  const older = bootCount - boots.length;
  return (
    <section className="boots__section">
      <h2>Last boots</h2>
      <div className="boots__scroll" tabIndex={0} role="region" aria-label="Last boots">
        <table className="boots__table">
          <thead>
            <tr>
              <th>Booted</th>
              <th>Ran</th>
              <th>For</th>
              <th>How it ended</th>
              <th>Update staged in it</th>
              <th>Greenboot</th>
            </tr>
          </thead>
          <tbody>
            {boots.map((boot) => (
              <tr key={boot.id}>
                <td>{formatDate(boot.startedAt)}</td>
                <td title={boot.deployment ?? undefined}>
                  <Ran boot={boot} />
                </td>
                <td>{formatSpan((boot.endedAt ?? readAt) - boot.startedAt)}</td>
                <td>
                  <StateWord {...endLook(boot)}>{bootEndText(boot)}</StateWord>
                </td>
                <td>
                  {boot.finalize.result === 'nothing' ? (
                    <span className="b-subtle">–</span>
                  ) : (
                    <StateWord {...updates[boot.finalize.result]}>{finalizeText(boot)}</StateWord>
                  )}
                </td>
                <td>
                  <GreenbootWord boot={boot} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {older > 0 && <p className="boots__older">{plural(older, 'older boot')} in the journal of the host.</p>}
    </section>
  );
}

/** What a boot ran, else that it is not known. */
export function Ran({ boot: { version, deployment } }: { readonly boot: BootRecord }): ReactNode {
  if (version !== null) return <span className="b-strong">{version}</span>;
  return deployment === null ? <span className="b-subtle">not known</span> : <Mono>@{deployment.slice(0, 8)}</Mono>;
}

function endLook({ end, greenboot, cameUp }: BootRecord): { icon: IconName; tone: Tone } {
  if (greenboot.verdict === 'red') return { icon: 'heart-broken', tone: 'danger' };
  if (end === 'running') return { icon: 'check-circle', tone: 'ok' };
  if (end === 'clean') return { icon: 'power-off', tone: 'muted' };
  return { icon: 'exclamation-triangle', tone: cameUp === false ? 'danger' : 'warn' };
}

function GreenbootWord({ boot: { greenboot } }: { readonly boot: BootRecord }): ReactNode {
  const { verdict, fallback, checks } = greenboot;
  if (verdict === 'red') {
    const check = checks.find(({ required }) => required) ?? checks[0];
    return (
      <StateWord icon="times-circle" tone="danger">
        {check ? `${check.name} failed` : 'red'}
      </StateWord>
    );
  }
  if (fallback) {
    return (
      <StateWord icon="undo" tone="warn">
        fallback
      </StateWord>
    );
  }
  if (verdict === 'none') return <span className="b-subtle">–</span>;
  return (
    <StateWord icon="check" tone="ok">
      green
    </StateWord>
  );
}
