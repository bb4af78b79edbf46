import { describe } from '../../../shared/errors/describe.ts';
import type { Failure } from '../../../shared/errors/failure.ts';
import { finalizationFailed } from '../../../shared/logic/host-kind.ts';
import { nextBoot } from '../../../shared/logic/next-boot.ts';
import { foundUpdate } from '../../../shared/logic/update.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { openQuestion } from './open-question.ts';

/** What a button on the host page does. `open-operation` goes to the one that runs. */
export type HeadActionId = 'connect' | 'upgrade' | 'check' | 'reboot' | 'open-operation' | 'unlock-sudo';

/** Verbs that have a button of their own; the others are in the menu. */
export type HeadVerb = 'upgrade' | 'check' | 'reboot';

/** A button: `reason` null means it can be pressed, else it says why not. */
export interface HeadAction {
  readonly id: HeadActionId;
  readonly text: string;
  readonly reason: string | null;
}

/** The buttons of the page head. `primary` follows the state of the host and there is one at most. */
export interface HeadActions {
  readonly primary: HeadAction | null;
  readonly secondary: readonly HeadAction[];
}

const isOpen = (detail: HostDetail) => detail.connection.kind === 'connected';
const isOnItsWay = (detail: HostDetail) => ['queued', 'connecting', 'asking'].includes(detail.connection.kind);

/**
 * Which buttons a host gets. `refuse` says why a verb cannot be done, null when it can (`shared/logic/refusal.ts`).
 * A host whose next boot is settled is offered the reboot.
 */
export function headActions(detail: HostDetail, refuse: (verb: HeadVerb) => Failure | null): HeadActions {
  if (detail.runningOperationId !== null) {
    return { primary: { id: 'open-operation', text: 'Open the running operation', reason: null }, secondary: [] };
  }
  if (!isOpen(detail)) return { primary: connectAction(detail), secondary: [] };

  const verb = (id: HeadVerb, text: string): HeadAction => {
    const refused = refuse(id);
    return { id, text, reason: refused && sentence(refused) };
  };
  const upgrade = verb('upgrade', 'Upgrade…');
  const check = verb('check', 'Check for update');
  const privilege = detail.facts?.privilege;
  if (privilege?.kind === 'none' && canBeAsked(privilege.failure)) {
    return {
      primary: { id: 'unlock-sudo', text: 'Give the sudo password…', reason: null },
      secondary: [check, upgrade],
    };
  }
  const set = detail.facts?.deployments.state === 'known' ? detail.facts.deployments.value : null;
  // What the next boot runs is settled already: then booting it is the thing to do next.
  const isSettled = set !== null && nextBoot(set).kind !== 'same' && !foundUpdate(set);
  // An update that came back or was not applied would only be staged again: not what to offer first.
  const wentWrong =
    detail.facts !== null && (valueOf(detail.facts.greenboot)?.fallback === true || finalizationFailed(detail.facts));
  const reboot = verb('reboot', 'Reboot…');
  if (isSettled && !wentWrong && reboot.reason === null) return { primary: reboot, secondary: [check, upgrade] };
  if (isSettled || wentWrong || upgrade.reason !== null) return { primary: null, secondary: [check, upgrade] };
  return { primary: upgrade, secondary: [check] };
}

/** Whether asking for the sudo password may help. */
function canBeAsked(failure: Failure): boolean {
  return failure.code === 'privilege.password-needed' || failure.code === 'privilege.password-wrong';
}

function connectAction(detail: HostDetail): HeadAction {
  const again = detail.connection.kind === 'failed' || detail.connection.kind === 'waiting';
  return {
    id: 'connect',
    text: openQuestion(detail.connection) ? 'Connect…' : again ? 'Connect again' : 'Connect',
    reason: isOnItsWay(detail) ? 'Berth is connecting already.' : null,
  };
}

function sentence(failure: Failure): string {
  const { text, remedy } = describe(failure);
  return `${text} ${remedy}`.trim();
}
