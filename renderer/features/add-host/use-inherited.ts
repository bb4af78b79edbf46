import { useStore } from 'zustand';
import { connectChoices } from '../../../shared/logic/connect-choices.ts';
import type { ChosenBy } from '../../../shared/model/group.ts';
import { privilegeName, transportName } from '../../parts/connect-options.ts';
import { useGroups } from '../../parts/use-groups.ts';
import { useSession } from '../../state/session-context.ts';

/** What counts for a host of this group that says nothing itself, as the first entry of a list of choices. */
export function useInherited(group: string | null): { readonly transport: string; readonly privilege: string } {
  const { settings: store } = useSession();
  const defaults = useStore(store, (state) => state.settings);
  const groups = useGroups() ?? [];
  const said = groups.find(({ name }) => name === group) ?? null;
  const { transport, privilege } = connectChoices({}, said, defaults);
  const who = (by: ChosenBy) => (by === 'group' ? `group ${group ?? ''} says` : 'in the settings');
  return {
    transport: `As ${who(transport.by)}: ${transportName(transport.value)}`,
    privilege: `As ${who(privilege.by)}: ${privilegeName(privilege.value)}`,
  };
}
