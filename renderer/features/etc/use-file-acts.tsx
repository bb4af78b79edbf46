import { useState, type ReactNode } from 'react';
import { seenOf } from '../../../shared/logic/etc-kept.ts';
import { etcActLimits } from '../../../shared/model/etc-limits.ts';
import type { EtcFileAct } from '../../../shared/model/etc-act.ts';
import type { EtcComparison, EtcEntry } from '../../../shared/model/etc.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';
import { useGuarded } from '../../state/use-guarded.ts';
import { CopyDialog } from './copy-dialog.tsx';
import type { FileActionId } from './file-actions.ts';
import { pathText } from './list-lines.ts';
import { MergeDialog } from './merge-dialog.tsx';
import { PromoteDialog } from './promote-dialog.tsx';
import type { Keeping } from './use-kept.ts';
import type { Texts } from './use-texts.ts';

/** What the buttons of files do; `dialog` is to be shown with them. */
export interface FileActs {
  /** Why it cannot be done now, null when it can. */
  refusal(id: FileActionId): string | null;
  run(id: FileActionId): void;
  readonly dialog: ReactNode;
}

/** What is done to a file on the host, by its button. */
const ACTS: Readonly<Partial<Record<FileActionId, 'restore' | 'delete'>>> = {
  take: 'restore',
  solve: 'restore',
  restore: 'restore',
  delete: 'delete',
};

/** The acts for one or many files of a comparison. What changes the host goes through a plan, which names what was seen here. */
export function useFileActs({
  detail,
  comparison,
  entries,
  texts,
  keeping,
}: {
  readonly detail: HostDetail;
  readonly comparison: EtcComparison;
  readonly entries: readonly EtcEntry[];
  readonly texts: Texts | null;
  readonly keeping: Keeping;
}): FileActs {
  const { client, dialogs, toasts } = useSession();
  const guarded = useGuarded();
  const [open, setOpen] = useState<'merge' | 'promote' | 'copy' | null>(null);
  const close = () => setOpen(null);
  const [first] = entries;

  const plan = (files: EtcFileAct[]) =>
    dialogs.show({ kind: 'plan', request: { verb: 'etc', files }, hostIds: [comparison.hostId] });

  const write = async ({ path, local }: EtcEntry, text: string) => {
    close();
    try {
      const content = await client.etc.putContent({ base64: base64Of(text) });
      plan([{ act: 'write', path, seen: seenOf(local), content, mode: null, uid: null, gid: null }]);
    } catch (error) {
      toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
    }
  };

  return {
    refusal(id) {
      // A note of Berth’s own.
      if (id === 'keep' || id === 'unkeep') return null;
      if (id !== 'promote' && guarded !== null) return guarded;
      if (detail.connection.kind !== 'connected') return 'The host is not connected.';
      if (id === 'promote') return null;
      if (id === 'merge' && !texts?.merge) return 'All three versions must be loaded whole, as UTF-8.';
      if (id === 'copy') return null;
      if (ACTS[id] && entries.length > etcActLimits.files) {
        const most = String(etcActLimits.files);
        return `One operation changes ${most} files at most, so that it can change all of them or none. Choose fewer.`;
      }
      return detail.runningOperationId === null ? null : 'An operation runs there.';
    },
    run(id) {
      const act = ACTS[id];
      if (act) plan(entries.map(({ path, local }): EtcFileAct => ({ act, path, seen: seenOf(local) })));
      else if (id === 'keep' || id === 'unkeep') keeping.set(entries, id === 'keep');
      else if (id === 'merge' || id === 'promote' || id === 'copy') setOpen(id);
    },
    dialog: (
      <>
        {open === 'merge' && first && texts?.merge && (
          <MergeDialog
            path={pathText(first)}
            hostName={detail.host.name}
            texts={texts.merge}
            onMerged={(text) => void write(first, text)}
            onClose={close}
          />
        )}
        {open === 'copy' && first && (
          <CopyDialog comparison={comparison} entry={first} hostName={detail.host.name} onClose={close} />
        )}
        {open === 'promote' && (
          <PromoteDialog
            hostId={comparison.hostId}
            hostName={detail.host.name}
            paths={entries.map(({ path }) => path)}
            onClose={close}
          />
        )}
      </>
    ),
  };
}

function base64Of(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const PIECE = 0x8000;
  let binary = '';
  for (let at = 0; at < bytes.length; at += PIECE) binary += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return btoa(binary);
}
