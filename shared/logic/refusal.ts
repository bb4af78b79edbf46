import { failure, type Failure } from '../errors/failure.ts';
import { valueOf } from '../model/fact.ts';
import type { HostFacts } from '../model/host-facts.ts';
import type { VerbRequest } from '../model/verb.ts';
import { isPackageMode } from './host-kind.ts';

/**
 * Why a host cannot do a verb, or null when it can, as far as its facts say. `rootKnown`: Berth can get root now, whatever
 * the facts found (a sudo password was given since). That the host is connected and free is not asked here.
 * Rules: reference 1.4 (“bootc can mutate”) and 2.2. `check` and `upgrade` are refused by bootc for the same reasons.
 */
export function refusal(request: VerbRequest, facts: HostFacts | null, rootKnown: boolean): Failure | null {
  if (!facts) return failure('operation.state-unknown');
  if (request.verb !== 'check' && request.verb !== 'upgrade') return failure('operation.verb-impossible');
  if (isPackageMode(facts)) return failure('facts.not-image-mode');
  const tools = valueOf(facts.tools);
  if (tools?.bootc === null) return failure('operation.no-bootc');
  const { privilege } = facts;
  if (privilege.kind === 'none' && !rootKnown) {
    return privilege.failure.code.startsWith('privilege.') ? privilege.failure : failure('operation.needs-root');
  }
  if (facts.bootcFailure?.code === 'facts.status-blocked') return facts.bootcFailure;
  const set = valueOf(facts.deployments);
  if (!set || facts.bootcFailure) return failure('operation.state-unknown');
  if (set.readOnly) return failure('operation.read-only');
  if (set.booted?.incompatible || set.staged?.incompatible) return failure('operation.layered');
  if (!set.managedByBootc) return failure('operation.not-bootc-managed');
  if (set.tracked === null) return failure('operation.not-tracked');
  if (tools && !tools.systemdRun) return failure('operation.no-systemd-run');
  return null;
}
