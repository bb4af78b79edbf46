import type { ReactNode } from 'react';
import type { EtcFileAct, EtcSeen } from '../../../shared/model/etc-act.ts';
import type { EtcComparison, EtcEntry, EtcNode } from '../../../shared/model/etc.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { useSession } from '../../state/session-context.ts';
import { useGuarded } from '../../state/use-guarded.ts';
import type { FileActionId } from './file-actions.ts';
import type { Texts } from './use-texts.ts';

/** What the buttons of files do; `dialog` is to be shown with them. */
export interface FileActs {
  /** Why it cannot be done now, null when it can. */
  refusal(id: FileActionId): string | null;
  run(id: FileActionId): void;
  readonly dialog: ReactNode;
}

/** The acts for one or many files of a comparison. What changes the host goes through a plan, which names what was seen here. */
export function useFileActs(
  detail: HostDetail,
  comparison: EtcComparison,
  entries: readonly EtcEntry[],
  _texts: Texts | null,
): FileActs {
  const { dialogs } = useSession();
  const guarded = useGuarded();
  const plan = (act: 'restore' | 'delete') => {
    const files = entries.map(({ path, local }): EtcFileAct => ({ act, path, seen: seenOf(local) }));
    dialogs.show({ kind: 'plan', request: { verb: 'etc', files }, hostIds: [comparison.hostId] });
  };

  return {
    refusal(id) {
      if (!(id in RUNS)) return 'Berth cannot do this yet.';
      if (guarded !== null) return guarded;
      if (detail.connection.kind !== 'connected') return 'The host is not connected.';
      return detail.runningOperationId === null ? null : 'An operation runs there.';
    },
    run(id) {
      const act = RUNS[id];
      if (act) plan(act);
    },
    dialog: null,
  };
}

/** Which of the acts is one of the host. */
const RUNS: Readonly<Partial<Record<FileActionId, 'restore' | 'delete'>>> = {
  take: 'restore',
  solve: 'restore',
  restore: 'restore',
  delete: 'delete',
};

/** What a plan is about: what stands there otherwise by then is left alone. */
export function seenOf(node: EtcNode | null): EtcSeen | null {
  if (!node) return null;
  const { type, mode, uid, gid, size, hash, link, changedAt } = node;
  return { type, mode, uid, gid, size, hash, link, changedAt };
}
