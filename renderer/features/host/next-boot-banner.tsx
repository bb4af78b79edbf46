import { useId, useState, type ReactNode } from 'react';
import type { ForecastRow } from '../../../shared/logic/forecast-rows.ts';
import { describeNextBoot, type NextBootDescription, type NextBootNote } from '../../../shared/logic/forecast-words.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import { Button } from '../../components/button.tsx';
import { Icon, StateWord, type Tone } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';
import { Mono } from '../../components/small.tsx';
import { Banner } from '../../parts/banner.tsx';
import './next-boot.css';

const LOOK = {
  same: { icon: 'check-circle', tone: 'muted' },
  staged: { icon: 'power-off', tone: 'staged' },
  rollback: { icon: 'undo', tone: 'warn' },
} as const satisfies Record<NextBootDescription['kind'], { icon: IconName; tone: Tone }>;

const BLOCKED = { icon: 'ban', tone: 'danger' } as const;

const NOTE_ICON: Readonly<Record<NextBootNote['about'], IconName>> = {
  kernel: 'microchip',
  'soft-reboot': 'sync-alt',
  arguments: 'exchange-alt',
  retention: 'undo',
  download: 'download',
  etc: 'exclamation-triangle',
  overlay: 'layer-group',
  timer: 'hourglass-half',
  space: 'exclamation-triangle',
  finalization: 'exclamation-triangle',
};

/** More than this is no banner any more; all of it is in the details. */
const NOTES_SHOWN = 3;

/** What the next boot of the host runs and why in a sentence, the weightiest of what comes with it, and all of it when unfolded. */
export function NextBootBanner({
  facts,
  etcBlockers,
  onSolve,
}: {
  readonly facts: HostFacts;
  readonly etcBlockers: HostDetail['etcBlockers'];
  /** Goes to what blocks the merge of /etc. */
  readonly onSolve: () => void;
}): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const detailsId = useId();
  const next = describeNextBoot(facts, { etcBlockers });
  if (!next) return null;
  const hidden = next.notes.length - NOTES_SHOWN;
  return (
    <Banner
      {...(next.isBlocked ? BLOCKED : LOOK[next.kind])}
      title={next.sentence.map(({ text, strong }, index) => (strong ? <b key={index}>{text}</b> : text))}
      {...(etcBlockers !== null &&
        etcBlockers.length > 0 && {
          action: (
            <Button onClick={onSolve}>{etcBlockers.length === 1 ? 'Solve the blocker' : 'Solve the blockers'}</Button>
          ),
        })}
      details={
        <>
          {next.notes.slice(0, NOTES_SHOWN).map((note) => (
            <Note key={note.text} note={note} kind={next.kind} />
          ))}
          <button
            type="button"
            className="nextboot__more"
            aria-expanded={isOpen}
            aria-controls={detailsId}
            onClick={() => setOpen(!isOpen)}
          >
            {hidden > 0 && !isOpen ? `${String(hidden)} more, details` : 'Details'} <Icon name="caret-down" />
          </button>
        </>
      }
    >
      {isOpen && (
        <div id={detailsId}>
          <Details rows={next.rows} />
        </div>
      )}
    </Banner>
  );
}

function Note({ note, kind }: { readonly note: NextBootNote; readonly kind: NextBootDescription['kind'] }): ReactNode {
  const tone = { danger: 'danger', warning: 'warn', info: kind === 'staged' ? 'staged' : 'muted' } as const;
  return (
    <StateWord icon={NOTE_ICON[note.about]} tone={tone[note.tone]}>
      {note.text}
    </StateWord>
  );
}

function Details({ rows }: { readonly rows: readonly ForecastRow[] }): ReactNode {
  return (
    <dl className="nextboot__rows">
      {rows.map(({ label, items }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            {items.map(({ text, tone, code }) => (
              <p key={text}>
                {(tone === 'warning' || tone === 'danger') && !code && (
                  <Icon
                    name={tone === 'danger' ? 'ban' : 'exclamation-triangle'}
                    tone={tone === 'danger' ? 'danger' : 'warn'}
                  />
                )}
                {code ? <Mono>{text}</Mono> : <span>{text}</span>}
              </p>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
