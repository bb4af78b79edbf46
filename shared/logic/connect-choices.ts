import type { ChosenBy, ConnectChoices, GroupSettings, TerminalChoices } from '../model/group.ts';
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

/** The same for its terminals; where nobody said anything, nothing is recorded and no program writes the clipboard. */
export function terminalChoices(
  host: Pick<Host, 'clipboard' | 'record'>,
  group: Pick<GroupSettings, 'clipboard' | 'record'> | null,
): TerminalChoices {
  return {
    clipboard: first(host.clipboard, group?.clipboard, false),
    record: first(host.record, group?.record, 'no'),
  };
}

function first<T>(host: T | undefined, group: T | undefined, usual: T): { readonly value: T; readonly by: ChosenBy } {
  if (host !== undefined) return { value: host, by: 'host' };
  return group === undefined ? { value: usual, by: 'default' } : { value: group, by: 'group' };
}
