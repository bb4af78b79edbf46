import type { ReactNode } from 'react';
import { describeNextBoot, type NextBootDescription, type NextBootNote } from '../../../shared/logic/next-boot.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Icon, StateWord } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';
import { Mono } from '../../components/small.tsx';
import { Banner } from '../../parts/banner.tsx';

const LOOK = {
  same: { icon: 'check-circle', tone: 'muted' },
  staged: { icon: 'power-off', tone: 'staged' },
  rollback: { icon: 'undo', tone: 'warn' },
} as const satisfies Record<NextBootDescription['kind'], { icon: IconName; tone: string }>;

const NOTE_ICON: Readonly<Record<NextBootNote['about'], IconName>> = {
  kernel: 'microchip',
  'soft-reboot': 'sync-alt',
  retention: 'undo',
  download: 'download',
  etc: 'exclamation-triangle',
  overlay: 'layer-group',
  timer: 'hourglass-half',
  finalization: 'exclamation-triangle',
};

/** More than this is no banner any more; the rest unfolds. */
const NOTES_SHOWN = 3;

/** What Berth cannot do yet is said as the command that does it. */
const REBOOT = 'sudo systemctl reboot';

/** What the next boot of the host runs, why, and what comes with it. */
export function NextBootBanner({ facts }: { readonly facts: HostFacts }): ReactNode {
  const next = describeNextBoot(facts);
  if (!next) return null;
  const shown = next.notes.slice(0, NOTES_SHOWN);
  const more = next.notes.slice(NOTES_SHOWN);
  return (
    <Banner
      {...LOOK[next.kind]}
      title={next.sentence.map(({ text, strong }, index) => (strong ? <b key={index}>{text}</b> : text))}
      details={
        next.notes.length > 0 && (
          <>
            {shown.map((note) => (
              <Note key={note.text} note={note} kind={next.kind} />
            ))}
            {more.length > 0 && (
              <details className="banner__more">
                <summary>
                  {more.length} more <Icon name="caret-down" />
                </summary>
                {more.map((note) => (
                  <Note key={note.text} note={note} kind={next.kind} />
                ))}
              </details>
            )}
          </>
        )
      }
      action={
        next.kind !== 'same' && (
          <span className="applyhint">
            <span>Reboot the host to apply:</span>
            <span>
              <Mono>{REBOOT}</Mono> <CopyButton text={REBOOT} what="the command" />
            </span>
          </span>
        )
      }
    />
  );
}

function Note({ note, kind }: { readonly note: NextBootNote; readonly kind: NextBootDescription['kind'] }): ReactNode {
  const tone = note.tone === 'warning' ? 'warn' : kind === 'staged' ? 'staged' : 'muted';
  return (
    <StateWord icon={NOTE_ICON[note.about]} tone={tone}>
      {note.text}
    </StateWord>
  );
}
