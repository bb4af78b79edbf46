import type { ChosenBy, ConnectChoices, GroupSettings } from '../model/group.ts';
import type { Host } from '../model/host.ts';
import type { Settings } from '../model/settings.ts';

/** What counts for a host: its own word before that of its group (null: it has none, or nobody said anything of it), then the settings. */
export function connectChoices(
  host: Pick<Host, 'transport' | 'privilege'>,
  group: Pick<GroupSettings, 'transport' | 'privilege'> | null,
  defaults: Pick<Settings, 'transport' | 'privilege'>,
): ConnectChoices {
  return {
    transport: first(host.transport, group?.transport, defaults.transport),
    privilege: first(host.privilege, group?.privilege, defaults.privilege),
  };
}

function first<T>(host: T | undefined, group: T | undefined, usual: T): { readonly value: T; readonly by: ChosenBy } {
  if (host !== undefined) return { value: host, by: 'host' };
  return group === undefined ? { value: usual, by: 'default' } : { value: group, by: 'group' };
}
