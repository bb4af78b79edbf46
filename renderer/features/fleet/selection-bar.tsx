import type { ReactNode } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import type { FleetRow } from '../../../shared/model/fleet.ts';
import { journalLimits } from '../../../shared/model/journal-limits.ts';
import type { Verb } from '../../../shared/model/verb.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { MenuButton, type MenuItem } from '../../components/menu.tsx';
import { Kbd } from '../../components/small.tsx';
import { bulkItems, rebootNow } from '../../parts/verb-items.ts';
import type { DialogsStore } from '../../state/dialogs-store.ts';
import { navigate } from '../../state/route.ts';
import { rowRefusal } from '../../state/row-refusal.ts';
import { useSession } from '../../state/session-context.ts';
import { useGuarded } from '../../state/use-guarded.ts';

/**
 * What can be done with the selected hosts. Only those that are shown count: nobody acts on what they do not see.
 * An action that fits some of them says how many, one that fits none says why.
 */
export function SelectionBar({
  chosen,
  hidden,
}: {
  readonly chosen: readonly FleetRow[];
  readonly hidden: number;
}): ReactNode {
  const { view, actions, dialogs } = useSession();
  const guarded = useGuarded();
  if (chosen.length === 0) return null;
  const ids = chosen.map(({ id }) => id);
  const check = fitting('check', chosen, guarded);
  const upgrade = fitting('upgrade', chosen, guarded);
  const reboot = fitting('reboot', chosen, guarded);
  const locked = chosen.filter(isLocked).map(({ id }) => id);
  return (
    <div className="fleet-selection" role="toolbar" aria-label="Actions for the selected hosts">
      <span className="b-strong">{chosen.length.toLocaleString('en')} selected</span>
      {hidden > 0 && <span className="b-subtle b-small">{plural(hidden, 'more', 'more')} not shown</span>}
      <IconButton icon="times" label="Clear the selection" onClick={() => view.select(new Set())} />
      <span className="fleet-selection__line" />
      <Button onClick={() => void actions.check(check.ids)} disabledBecause={check.because}>
        Check for update <Count fit={check.ids.length} all={ids.length} />
      </Button>
      <Button onClick={() => actions.upgrade(upgrade.ids)} disabledBecause={upgrade.because}>
        Upgrade… <Count fit={upgrade.ids.length} all={ids.length} />
      </Button>
      <Button
        onClick={() => dialogs.show({ kind: 'plan', request: rebootNow, hostIds: reboot.ids })}
        disabledBecause={reboot.because}
      >
        Reboot… <Count fit={reboot.ids.length} all={ids.length} />
      </Button>
      <MenuButton
        label="More for the selected hosts"
        items={[
          ...moreVerbs(chosen, guarded, dialogs),
          runItem(ids, guarded, dialogs),
          logsItem(ids),
          ...etcItems(ids, dialogs),
          bundleItem(ids, dialogs),
        ]}
      />
      {locked.length > 0 && (
        <Button onClick={() => void actions.unlockSudo(locked)}>
          Give the sudo password… <Count fit={locked.length} all={ids.length} />
        </Button>
      )}
      <Button onClick={() => void actions.refresh(ids)}>
        {chosen.every(({ connection }) => connection === 'connected') ? 'Refresh' : 'Connect'}
      </Button>
      <Button
        onClick={() => {
          view.select(new Set());
          void actions.remove(ids);
        }}
      >
        Remove
      </Button>
      <span className="b-grow" />
      <span className="b-subtle b-small b-wide">
        <Kbd>Space</Kbd> select <Kbd>Enter</Kbd> open <Kbd>.</Kbd> actions
      </span>
    </div>
  );
}

/** A host that may only want a password to be root on it. */
function isLocked({ condition, connection }: FleetRow): boolean {
  return condition.code === 'no-root' && connection === 'connected';
}

function Count({ fit, all }: { readonly fit: number; readonly all: number }): ReactNode {
  return (
    fit > 0 &&
    fit < all && (
      <span className="b-subtle">
        {fit.toLocaleString('en')} of {all.toLocaleString('en')}
      </span>
    )
  );
}

/** The verbs that have no button of their own. Each says how many of the hosts it fits. */
function moreVerbs(rows: readonly FleetRow[], guarded: string | null, dialogs: DialogsStore): readonly MenuItem[] {
  return bulkItems.map(({ label, icon, request, form, separated }) => {
    const { ids, because } = fitting(request.verb, rows, guarded);
    const count = ids.length > 0 && ids.length < rows.length ? ` ${plural(ids.length, 'host')}` : '';
    return {
      label: `${label}${count}`,
      icon,
      ...(separated && { separated }),
      disabledBecause: because,
      run: () =>
        dialogs.show(form ? { kind: 'verb-form', verb: form, hostIds: ids } : { kind: 'plan', request, hostIds: ids }),
    };
  });
}

function runItem(hostIds: readonly string[], guarded: string | null, dialogs: DialogsStore): MenuItem {
  return {
    label: 'Run command…',
    icon: 'terminal',
    separated: true,
    disabledBecause: guarded ?? undefined,
    run: () => dialogs.show({ kind: 'run', hostIds, command: '', asRoot: false }),
  };
}

/** Of one host its whole journal, of several what comes. */
function logsItem(hostIds: readonly string[]): MenuItem {
  const [first] = hostIds;
  return {
    label: 'Logs',
    icon: 'align-left',
    disabledBecause:
      hostIds.length > journalLimits.hosts ? `Of ${plural(journalLimits.hosts, 'host')} at most.` : undefined,
    run: () =>
      hostIds.length === 1 && first !== undefined
        ? navigate({ page: 'host', hostId: first, tab: 'logs' })
        : navigate({ page: 'logs', hostIds, filter: '' }),
  };
}

/** What can be asked about /etc of hosts; reads only. */
function etcItems(hostIds: readonly string[], dialogs: DialogsStore): readonly MenuItem[] {
  return [
    {
      label: 'Compare /etc…',
      icon: 'columns',
      separated: true,
      disabledBecause: hostIds.length > 1 ? undefined : 'For two hosts or more.',
      run: () => dialogs.show({ kind: 'etc-hosts', hostIds, view: 'drift' }),
    },
    {
      label: 'Report of /etc…',
      icon: 'download',
      run: () => dialogs.show({ kind: 'etc-report', hostIds, view: 'drift' }),
    },
  ];
}

/** Reads only, so that it fits every host. */
function bundleItem(hostIds: readonly string[], dialogs: DialogsStore): MenuItem {
  return {
    label: 'Incident bundle…',
    icon: 'download',
    separated: true,
    run: () => dialogs.show({ kind: 'bundle', hostIds }),
  };
}

function fitting(
  verb: Verb,
  rows: readonly FleetRow[],
  guarded: string | null,
): { readonly ids: readonly string[]; readonly because: string | undefined } {
  if (guarded !== null) return { ids: [], because: guarded };
  const refusals = rows.map((row) => ({ row, refusal: rowRefusal(verb, row) }));
  const ids = refusals.filter(({ refusal }) => refusal === null).map(({ row }) => row.id);
  if (ids.length > 0) return { ids, because: undefined };
  const reasons = [...new Set(refusals.map(({ refusal }) => refusal))];
  return {
    ids,
    because: reasons.length === 1 ? (reasons[0] ?? undefined) : 'None of the selected hosts can do this now.',
  };
}
