import type { EtcComparison, EtcEntry } from '../../../shared/model/etc.ts';
import type { ReactNode } from 'react';
import type { HostDetail } from '../../../shared/model/fleet.ts';
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

/** The acts for one or many files of a comparison. */
export function useFileActs(
  detail: HostDetail,
  _comparison: EtcComparison,
  _entries: readonly EtcEntry[],
  _texts: Texts | null,
): FileActs {
  const guarded = useGuarded();
  const away = detail.connection.kind === 'connected' ? null : 'The host is not connected.';
  return {
    refusal: () => guarded ?? away ?? 'Berth cannot change files of /etc yet.',
    run: () => undefined,
    dialog: null,
  };
}
