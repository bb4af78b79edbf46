import { useMemo } from 'react';
import { useStore } from 'zustand';
import { guardOf } from '../../../shared/logic/guard-rails.ts';
import type { VerbRequest } from '../../../shared/model/verb.ts';
import type { GuardedHost } from '../../parts/typed-names.tsx';
import { useFleet, useSession } from '../../state/session-context.ts';

/** Production hosts among `hostIds` that the request wants to be named by hand (`shared/logic/guard-rails.ts`). */
export function useGuardedHosts(request: VerbRequest, hostIds: readonly string[]): readonly GuardedHost[] {
  const { settings } = useSession();
  const guards = useStore(settings, (state) => state.settings);
  const rows = useFleet((state) => state.rows);
  return useMemo(
    () =>
      hostIds.flatMap((hostId) => {
        const row = rows.get(hostId);
        const guard = row && guardOf(guards, row, request);
        return guard?.kind === 'typed-name' ? [{ name: guard.name, tag: guard.tag }] : [];
      }),
    [guards, hostIds, request, rows],
  );
}
