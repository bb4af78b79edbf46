import { useCallback } from 'react';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { rebootNow } from '../../parts/verb-items.ts';
import { navigate } from '../../state/route.ts';
import { useSession } from '../../state/session-context.ts';
import type { HeadActionId } from './head-actions.ts';

/** What the buttons of the page head do. Failures become toasts. */
export function useHeadActions({ host, runningOperationId }: HostDetail): (id: HeadActionId) => void {
  const { actions, client, dialogs, toasts } = useSession();
  return useCallback(
    (id) => {
      switch (id) {
        case 'connect':
          client.host.connect({ id: host.id }).catch((error: unknown) => {
            toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
          });
          return;
        case 'upgrade':
          actions.upgrade([host.id]);
          return;
        case 'check':
          void actions.check([host.id]);
          return;
        case 'reboot':
          dialogs.show({ kind: 'plan', request: rebootNow, hostIds: [host.id] });
          return;
        case 'unlock-sudo':
          void actions.unlockSudo([host.id]);
          return;
        case 'open-operation':
          if (runningOperationId !== null) navigate({ page: 'operation', operationId: runningOperationId });
      }
    },
    [actions, client, dialogs, toasts, host.id, runningOperationId],
  );
}
