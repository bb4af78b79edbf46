import { conditionText } from '../../../shared/logic/condition.ts';
import { groups } from '../../../shared/logic/fleet-figures.ts';
import type { FleetRow } from '../../../shared/model/fleet.ts';
import { formatAddress, parseAddress, SSH_PORT } from '../../../shared/parse/address.ts';
import type { IconName } from '../../components/icons.ts';
import { conditionLook } from '../../state/condition-look.ts';
import { dockTab } from '../../state/dock-store.ts';
import { navigate, parseRoute } from '../../state/route.ts';
import type { Session } from '../../state/session.ts';
import type { Workspaces } from '../../state/session-context.ts';

/** One line of the palette. */
export interface PaletteEntry {
  readonly key: string;
  readonly icon: IconName;
  readonly label: string;
  /** Said behind the label, subtly. */
  readonly detail: string;
  readonly run: () => void;
}

/** Hosts that are offered: more is what the filter is for. */
const HOSTS = 8;

/** What the palette offers for a text: hosts by name or address, commands by their words, the text as an address and as a filter. */
export function paletteEntries(
  text: string,
  session: Session,
  workspaces: Workspaces,
  now: number,
): readonly PaletteEntry[] {
  const wanted = text.trim().toLowerCase();
  const rows = [...session.fleet.getState().rows.values()];
  const all = [...commands(session, workspaces), ...(wanted === '' ? [] : groupCommands(rows, session))];
  const matching = all.filter(({ label }) => wanted.split(/\s+/).every((word) => label.toLowerCase().includes(word)));
  if (wanted === '') return matching;
  const shells = terminalEntries(rows, wanted, session);
  if (TERMINAL_WORD.test(wanted) && shells.length > 0) return [...shells, ...matching];
  const hosts = findHosts(rows, wanted).map((row) => hostEntry(row, now));
  const connect = connectEntry(text, rows, session);
  const filter = filterEntry(text, session);
  // A bare word is a search: that Enter connects to it must not happen by accident.
  return /[@:.]/.test(wanted)
    ? [...hosts, ...connect, ...matching, ...shells, filter]
    : [...hosts, ...matching, ...shells, filter, ...connect];
}

function commands(
  { dialogs, settings, info, actions, fleet, dock }: Session,
  { closeDemo }: Workspaces,
): PaletteEntry[] {
  const command = (label: string, icon: IconName, run: () => void): PaletteEntry => {
    return { key: `command ${label}`, icon, label, detail: '', run };
  };
  const current = settings.getState().settings;
  const look = (theme: typeof current.theme) => () => void settings.set({ ...current, theme }).catch(() => {});
  return [
    command('Add a host…', 'plus', () => dialogs.show({ kind: 'add-host', address: '' })),
    command('Import hosts…', 'download', () => dialogs.show({ kind: 'import', from: 'ssh-config' })),
    command('Sources of hosts…', 'sync-alt', () => dialogs.show({ kind: 'sources' })),
    command('Export hosts…', 'arrow-circle-up', () => dialogs.show({ kind: 'export' })),
    command('Run command…', 'terminal', () => {
      const route = parseRoute(location.hash);
      dialogs.show({ kind: 'run', hostIds: route.page === 'host' ? [route.hostId] : [], command: '', asRoot: false });
    }),
    command('Snippets…', 'terminal', () => dialogs.show({ kind: 'snippets' })),
    command('Refresh all connected hosts', 'sync-alt', () => {
      const connected = [...fleet.getState().rows.values()].filter(({ connection }) => connection === 'connected');
      void actions.refresh(connected.map(({ id }) => id));
    }),
    command('Go to the fleet', 'server', () => navigate({ page: 'fleet' })),
    command('Go to operations', 'tasks', () => navigate({ page: 'operations' })),
    command('Go to logs', 'align-left', () => navigate({ page: 'logs', hostIds: [], filter: '' })),
    command('Go to runs', 'terminal', () => navigate({ page: 'runs' })),
    command('Go to the history', 'history', () => navigate({ page: 'history' })),
    command('Go to settings', 'cog', () => navigate({ page: 'settings' })),
    command('Terminal dock', 'terminal', () => {
      dock.setOpen(true);
      dock.takeFocus();
    }),
    command('Recordings of terminals', 'history', () => dock.ask({ kind: 'show', tab: dockTab.recordings })),
    command('Theme: light', 'cog', look('light')),
    command('Theme: dark', 'cog', look('dark')),
    command('Theme: as the system', 'cog', look('system')),
    command('Keys', 'question-circle', () => dialogs.show({ kind: 'keys' })),
    ...(info.demo !== null && !info.demoOnly
      ? [command('Leave the demo', 'times', () => void closeDemo().catch(() => {}))]
      : []),
  ];
}

/** Offered only to who types: there may be hundreds of groups. */
function groupCommands(rows: readonly FleetRow[], { dialogs }: Session): PaletteEntry[] {
  return groups(rows)
    .filter(({ term }) => term !== 'group:none')
    .map(({ label: name }) => ({
      ...{ key: `group ${name}`, icon: 'cog', label: `Settings of group ${name}…`, detail: '' },
      run: () => dialogs.show({ kind: 'group', name }),
    }));
}

/** Names that begin with the text first, then those that hold it, then addresses. */
function findHosts(rows: readonly FleetRow[], wanted: string): readonly FleetRow[] {
  const rank = ({ name, address }: FleetRow) => {
    const at = name.toLowerCase().indexOf(wanted);
    if (at === 0) return 0;
    if (at > 0) return 1;
    return address.toLowerCase().includes(wanted) ? 2 : 3;
  };
  return rows
    .map((row) => ({ row, rank: rank(row) }))
    .filter(({ rank: place }) => place < 3)
    .sort((a, b) => a.rank - b.rank || a.row.name.localeCompare(b.row.name, 'en', { numeric: true }))
    .slice(0, HOSTS)
    .map(({ row }) => row);
}

function hostEntry(row: FleetRow, now: number): PaletteEntry {
  return {
    key: `host ${row.id}`,
    icon: conditionLook[row.condition.code].icon,
    label: row.name,
    detail: conditionText(row, now),
    run: () => navigate({ page: 'host', hostId: row.id }),
  };
}

/** `terminal web-03` offers shells alone; a bare name offers them behind the hosts. */
const TERMINAL_WORD = /^terminal(?:\s+on)?\s*/;
/** Shells that are offered with a bare name. */
const SHELLS = 3;

function terminalEntries(rows: readonly FleetRow[], wanted: string, { dock, settings }: Session): PaletteEntry[] {
  if (settings.getState().settings.readOnlyMode) return [];
  const isAsked = TERMINAL_WORD.test(wanted);
  const found = findHosts(rows, wanted.replace(TERMINAL_WORD, ''));
  return found.slice(0, isAsked ? HOSTS : SHELLS).map(({ id, name }) => ({
    key: `terminal ${id}`,
    icon: 'terminal',
    label: `Terminal on ${name}`,
    detail: '',
    run: () => dock.ask({ kind: 'terminal', hostId: id, another: false }),
  }));
}

/** A text that can be an address and is no host yet. */
function connectEntry(text: string, rows: readonly FleetRow[], { actions, info }: Session): PaletteEntry[] {
  const parsed = parseAddress(text);
  if (!parsed.ok) return [];
  const { user, address, port } = parsed.value;
  if (rows.some((row) => row.name.toLowerCase() === text.trim().toLowerCase())) return [];
  return [
    {
      key: 'connect',
      icon: 'terminal',
      label: `Connect to ${formatAddress(parsed.value)}`,
      detail: `${address} port ${port ?? SSH_PORT} as ${user ?? info.user}`,
      run: () => void actions.quickConnect(parsed.value),
    },
  ];
}

function filterEntry(text: string, { view }: Session): PaletteEntry {
  return {
    key: 'filter',
    icon: 'filter',
    label: `Filter the fleet: ${text.trim()}`,
    detail: '',
    run: () => {
      view.setDraft('');
      view.setFilter(text.trim());
      navigate({ page: 'fleet' });
    },
  };
}
