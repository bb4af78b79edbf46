import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { failure } from '../../../shared/errors/failure.ts';
import { productionTag } from '../../../shared/logic/guard-rails.ts';
import { refusal } from '../../../shared/logic/refusal.ts';
import { conditionText } from '../../../shared/logic/condition.ts';
import { formatSpan } from '../../../shared/logic/format.ts';
import { osLabel } from '../../../shared/logic/host-kind.ts';
import { formatAddress } from '../../../shared/parse/address.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { StateWord } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';
import { MenuButton } from '../../components/menu.tsx';
import { Mono, Tag } from '../../components/small.tsx';
import { conditionLook } from '../../state/condition-look.ts';
import { rebootNow } from '../../parts/verb-items.ts';
import { useFleet, useSession } from '../../state/session-context.ts';
import { useGuarded } from '../../state/use-guarded.ts';
import { headActions, type HeadAction } from './head-actions.ts';
import { connectionLine, healthLine, modeOf, privilegeLine, staleness, type HostLine } from './host-lines.ts';
import { hostMenu } from './host-menu.ts';
import { useHeadActions } from './use-head-actions.ts';

/** A note of more characters than this may not fit its two lines: then it scrolls, and can be focused for that. */
const LONG_NOTE = 160;

interface HeadProps {
  readonly detail: HostDetail;
  /** Epoch milliseconds; ticks every second while a countdown shows. */
  readonly now: number;
}

/** The host in two lines: its name, its state and what can be done; then where it is, how Berth is in, and how it does. */
export function HostHead({ detail, now }: HeadProps): ReactNode {
  const session = useSession();
  const { host } = detail;
  const row = useFleet((state) => state.rows.get(host.id));
  const run = useHeadActions(detail);
  const guarded = useGuarded();
  const production = useStore(session.settings, (state) => productionTag(state.settings, host.tags));
  const { primary, secondary } = headActions(detail, (verb) =>
    guarded === null
      ? refusal(verb === 'reboot' ? rebootNow : { verb }, detail.facts, false)
      : failure('guard.read-only'),
  );

  return (
    <header className="hosthead">
      <div className="hosthead__r">
        <h1 tabIndex={-1} title={host.name}>
          {host.name}
        </h1>
        {row && (
          <StateWord {...conditionLook[row.condition.code]} percent={row.condition.percent}>
            {conditionText(row, now)}
          </StateWord>
        )}
        <span className="hosthead__tags" title={host.tags.join(', ')}>
          {host.group !== null && <Tag title="Group">{host.group}</Tag>}
          {host.tags.map((tag) => (
            <Tag
              key={tag}
              strong={tag === production}
              title={tag === production ? 'A production host: some verbs want its name typed' : undefined}
            >
              {tag}
            </Tag>
          ))}
        </span>
        <div className="hosthead__actions">
          {primary && <HeadButton action={primary} variant="primary" onRun={run} />}
          {secondary.map((action) => (
            <HeadButton key={action.id} action={action} variant="secondary" onRun={run} />
          ))}
          <IconButton
            icon="terminal"
            label="Terminal (Ctrl `)"
            disabledBecause={guarded ?? undefined}
            onClick={() => session.dock.ask({ kind: 'terminal', hostId: host.id, another: false })}
          />
          <MenuButton label="More actions" items={hostMenu(detail, session, guarded)} />
        </div>
      </div>
      <Line detail={detail} now={now} />
      {host.note !== '' && (
        <div
          className="hosthead__note"
          role="note"
          aria-label="Note"
          {...(host.note.length > LONG_NOTE && { tabIndex: 0 })}
        >
          <span className="b-subtle">Note:</span> {host.note}
        </div>
      )}
    </header>
  );
}

interface HeadButtonProps {
  readonly action: HeadAction;
  readonly variant: 'primary' | 'secondary';
  readonly onRun: (id: HeadAction['id']) => void;
}

function HeadButton({ action, variant, onRun }: HeadButtonProps): ReactNode {
  return (
    <Button variant={variant} disabledBecause={action.reason ?? undefined} onClick={() => onRun(action.id)}>
      {action.text}
    </Button>
  );
}

function Line({ detail, now }: HeadProps): ReactNode {
  const { host, facts, connection } = detail;
  const identity = facts && valueOf(facts.identity);
  const mode = facts && modeOf(facts);
  const stale = staleness(detail, now);
  const privilege = facts?.privilege;
  const target = formatAddress(host);
  return (
    <div className="hostline">
      <span>
        <Mono>{target}</Mono>
      </span>
      <LineItem line={connectionLine(connection)} icons={connectionIcons(connection.kind)} />
      {stale !== null && <span>{stale}</span>}
      {identity && (
        <span title={`${identity.osName}, kernel ${identity.kernel}, ${identity.architecture}`}>
          {[osLabel(identity), ...(mode === null ? [] : [mode])].join(', ')}
        </span>
      )}
      {identity && facts && <span>up {formatSpan(identity.uptimeSeconds * 1000 + upSince(detail, now))}</span>}
      {privilege && (
        <span>
          <LineState line={privilegeLine(privilege)} icon={privilege.kind === 'none' ? 'lock' : 'lock-open'} />
        </span>
      )}
      {facts && <LineItem line={healthLine(facts)} icons={healthIcons} />}
    </div>
  );
}

type Icons = Readonly<Record<HostLine['tone'], IconName>>;

const healthIcons: Icons = {
  ok: 'check',
  warn: 'exclamation-triangle',
  danger: 'exclamation-circle',
  muted: 'ring',
  accent: 'in-progress',
};

function connectionIcons(kind: HostDetail['connection']['kind']): Icons {
  const plain = {
    ok: 'connected',
    warn: 'hourglass-half',
    danger: 'disconnected',
    muted: 'ring',
    accent: 'in-progress',
  } as const;
  return kind === 'asking' ? { ...plain, accent: 'question-circle' } : plain;
}

function LineItem({ line, icons }: { readonly line: HostLine; readonly icons: Icons }): ReactNode {
  return (
    <span>
      <LineState line={line} icon={icons[line.tone]} />
    </span>
  );
}

function LineState({ line, icon }: { readonly line: HostLine; readonly icon: IconName }): ReactNode {
  return (
    <span className="hostline__state" {...(line.title && { title: line.title })}>
      <StateWord icon={icon} tone={line.tone}>
        {line.text}
      </StateWord>
    </span>
  );
}

/** A connected host goes on running since its facts were read; of another one it is not known. */
function upSince({ connection, facts }: HostDetail, now: number): number {
  return connection.kind === 'connected' && facts ? Math.max(0, now - facts.readAt) : 0;
}
