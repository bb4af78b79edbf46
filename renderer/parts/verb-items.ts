import { describe } from '../../shared/errors/describe.ts';
import { refusal } from '../../shared/logic/refusal.ts';
import { valueOf } from '../../shared/model/fact-value.ts';
import type { Deployment, DeploymentSet } from '../../shared/model/deployment.ts';
import type { HostDetail } from '../../shared/model/fleet.ts';
import type { HostFacts } from '../../shared/model/host-facts.ts';
import type { VerbRequest } from '../../shared/model/verb.ts';
import type { IconName } from '../components/icons.ts';
import type { MenuItem } from '../components/menu.tsx';
import type { DialogsStore, FormVerb } from '../state/dialogs-store.ts';

/** An entry for a verb. `form`: a verb that wants to be told more before there is a plan; `request` then only asks whether it is possible. */
export interface VerbItem {
  readonly label: string;
  readonly icon: IconName;
  readonly request: VerbRequest;
  readonly form?: FormVerb;
  readonly separated?: boolean;
}

/**
 * All that can be asked of a host besides checking and upgrading, in the order of a menu. Of two that exclude each other (a rollback and its
 * undoing) there is the one that the host's state calls for.
 */
export function verbItems(facts: HostFacts | null): readonly VerbItem[] {
  const set = facts && valueOf(facts.deployments);
  const timer = facts && valueOf(facts.autoUpdate);
  return [
    set?.staged?.downloadOnly
      ? { label: 'Apply the download…', icon: 'power-off', request: { verb: 'apply-download' } }
      : { label: 'Download only…', icon: 'download', request: { verb: 'download' } },
    { label: 'Switch image…', icon: 'sync-alt', request: anySwitch(set), form: 'switch' },
    { label: 'Cancel the staged update…', icon: 'times', request: { verb: 'unstage' } },
    set?.rollbackQueued
      ? { label: 'Undo the queued rollback…', icon: 'undo', request: { verb: 'undo-rollback' } }
      : { label: 'Roll back…', icon: 'undo', request: { verb: 'rollback' } },
    {
      label: 'Kernel arguments…',
      icon: 'microchip',
      request: { verb: 'kernel-arguments', append: [], remove: [] },
      form: 'kernel-arguments',
      separated: true,
    },
    { label: 'Make /usr writable…', icon: 'layer-group', request: { verb: 'usr-overlay' } },
    timer?.masked
      ? { label: 'Resume automatic updates…', icon: 'hourglass-half', request: { verb: 'resume-updates' } }
      : { label: 'Pause automatic updates…', icon: 'hourglass-half', request: { verb: 'pause-updates' } },
    { label: 'Clean up…', icon: 'trash', request: { verb: 'clean-up' } },
    { label: 'Soft reboot…', icon: 'sync-alt', request: { verb: 'soft-reboot' }, separated: true },
    { label: 'Reboot…', icon: 'power-off', request: rebootNow },
  ];
}

/** A reboot without delay and without words; the plan offers to change that. */
export const rebootNow: VerbRequest = { verb: 'reboot', delayMinutes: 0, message: '' };

/** What can be asked of several hosts at once, besides what has a button there. */
export const bulkItems: readonly VerbItem[] = [
  { label: 'Download only…', icon: 'download', request: { verb: 'download' } },
  { label: 'Apply the download…', icon: 'power-off', request: { verb: 'apply-download' } },
  { label: 'Switch image…', icon: 'sync-alt', request: anySwitch(null), form: 'switch' },
  { label: 'Cancel the staged update…', icon: 'times', request: { verb: 'unstage' } },
  { label: 'Roll back…', icon: 'undo', request: { verb: 'rollback' } },
  { label: 'Undo the queued rollback…', icon: 'undo', request: { verb: 'undo-rollback' } },
  {
    label: 'Kernel arguments…',
    icon: 'microchip',
    request: { verb: 'kernel-arguments', append: [], remove: [] },
    form: 'kernel-arguments',
    separated: true,
  },
  { label: 'Pause automatic updates…', icon: 'hourglass-half', request: { verb: 'pause-updates' } },
  { label: 'Resume automatic updates…', icon: 'hourglass-half', request: { verb: 'resume-updates' } },
  { label: 'Clean up…', icon: 'trash', request: { verb: 'clean-up' } },
  { label: 'Soft reboot…', icon: 'sync-alt', request: { verb: 'soft-reboot' }, separated: true },
];

/** What can be asked about one deployment of a host. */
export function deploymentItems(deployment: Deployment): readonly VerbItem[] {
  const { id, pinned } = deployment;
  return [
    pinned
      ? { label: 'Unpin…', icon: 'thumbtack', request: { verb: 'unpin', deployment: id } }
      : { label: 'Pin…', icon: 'thumbtack', request: { verb: 'pin', deployment: id } },
    { label: 'Remove…', icon: 'trash', request: { verb: 'remove', deployment: id } },
  ];
}

/** Entries as a menu shows them: what cannot be done now says why. `guarded`: why nothing at all may be done, null when it may. */
export function verbMenu(
  items: readonly VerbItem[],
  { host, facts, connection, runningOperationId }: HostDetail,
  dialogs: DialogsStore,
  guarded: string | null,
): readonly MenuItem[] {
  const general =
    guarded ??
    (connection.kind === 'connected' ? null : 'The host is not connected.') ??
    (runningOperationId === null ? null : 'An operation runs there.');
  return items.map(({ label, icon, request, form, separated }) => ({
    label,
    icon,
    ...(separated && { separated }),
    disabledBecause: general ?? refusalText(request, facts),
    run: () =>
      dialogs.show(
        form ? { kind: 'verb-form', verb: form, hostIds: [host.id] } : { kind: 'plan', request, hostIds: [host.id] },
      ),
  }));
}

function refusalText(request: VerbRequest, facts: HostFacts | null): string | undefined {
  const refused = refusal(request, facts, false);
  return refused ? describe(refused).text : undefined;
}

/** A switch to wherever: what is asked is only whether the host can be switched at all. */
function anySwitch(set: DeploymentSet | null): VerbRequest {
  const { transport } = set?.tracked ?? { transport: 'registry' };
  return {
    verb: 'switch',
    image: { image: 'registry.example/any', transport, signature: null },
    retain: false,
    enforcePolicy: false,
  };
}
