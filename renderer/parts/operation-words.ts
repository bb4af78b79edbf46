import { verbTitle } from '../../shared/logic/verb-words.ts';
import type { Operation, OperationPlan } from '../../shared/model/operation.ts';

/** What an operation is called: `Upgrade web-03.ber`. */
export function operationTitle({ request, hostName }: Pick<OperationPlan, 'request' | 'hostName'>): string {
  return verbTitle(request.verb, hostName);
}

/** The unit as systemd spells it on the host. */
export function unitName({ unit }: Pick<OperationPlan, 'unit'>): string {
  return unit.endsWith('.service') ? unit : `${unit}.service`;
}

/** Who confirmed it, without the computer: `jb` of `jb@laptop`. */
export function startedByName({ startedBy }: Pick<Operation, 'startedBy'>): string {
  const name = startedBy.split('@')[0] ?? '';
  return name === '' ? startedBy : name;
}
