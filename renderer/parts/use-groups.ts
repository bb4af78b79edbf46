import { useEffect, useState } from 'react';
import type { GroupSettings } from '../../shared/model/group.ts';
import { failureOf, failureText } from '../state/failure-of.ts';
import { useSession } from '../state/session-context.ts';

/** What was said of groups, as it was when this was first shown; null until it is known. A failure is told as a toast. */
export function useGroups(): readonly GroupSettings[] | null {
  const { client, toasts } = useSession();
  const [groups, setGroups] = useState<readonly GroupSettings[] | null>(null);
  useEffect(() => {
    let current = true;
    client.group.list().then(
      (list) => current && setGroups(list),
      (error: unknown) => {
        if (current) toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
      },
    );
    return () => {
      current = false;
    };
  }, [client, toasts]);
  return groups;
}
