import { fails, says, type Decision, type DemoCall } from './decision.ts';
import { succeed, type DemoDeployment } from './deployment.ts';
import { decideEtc } from './etc-acts.ts';
import { deploymentId, deployments, newestOfHost, type HostState } from './host-state.ts';
import {
  openUsr,
  remove,
  setDownloadOnly,
  setPinned,
  setUpdatesPaused,
  stage,
  toggleRollback,
  unstage,
} from './transitions.ts';

const MINUTE_MS = 60_000;

/** What the verbs that ask no registry come to (reference 2.5, 2.7, 2.10, 5.6, 6.2). Null: not one of them. */
export function decideLocalVerb(state: HostState, call: DemoCall): Decision | null {
  const { tool, verb, args } = call;
  switch (verb) {
    case 'rollback':
    case 'undo-rollback':
      return rollback(state, tool, verb === 'rollback');
    case 'unstage':
      return state.staged
        ? says([`Deleted deployment ${deploymentId(state, state.staged)}`], unstage)
        : fails('error: No staged deployment');
    case 'pin':
    case 'unpin':
      return pin(state, args[0] ?? '', verb === 'pin');
    case 'remove':
      return removeOne(state, args[0] ?? '');
    case 'usr-overlay':
      return usrOverlay(state);
    case 'kernel-arguments':
      return kernelArguments(state, args);
    case 'clean-up':
      return says([]);
    case 'etc':
      return decideEtc(state, call.etc);
    case 'pause-updates':
      return says([], (host) => setUpdatesPaused(host, true));
    case 'resume-updates':
      return says([], (host) => setUpdatesPaused(host, false));
    case 'reboot':
      return says([], undefined, { power: { way: 'reboot', afterMs: Number(args[0] ?? 0) * MINUTE_MS } });
    case 'soft-reboot':
      return softReboot(state, tool);
    default:
      return null;
  }
}

/** A toggle (reference 2.5), so that the unit does not run it where the host is already as it should be: `native/lib/runner.sh`. */
function rollback({ rollback: target, rollbackQueued, staged }: HostState, tool: string, wanted: boolean): Decision {
  if (rollbackQueued === wanted) return says(['berth: it is so already, nothing is run']);
  if (tool === 'bootc') {
    if (!target) return fails('error: Rollback: Rollback (ostree): No rollback available');
    const words = rollbackQueued
      ? ['notice: Reverting queued rollback state', 'Next boot: current deployment']
      : ['Next boot: rollback deployment'];
    return says(words, toggleRollback);
  }
  if (!target) return fails('error: No rollback deployment found');
  if (tool === 'rpm-ostree' && staged) return fails('error: Staged deployment (remove with cleanup -p)');
  return says(['Bootloader updated; bootversion: boot.1.1, deployment count change: 0'], toggleRollback);
}

/** bootc makes a staged deployment ready for it; without that, the same root comes back (reference 5.4). */
function softReboot({ staged, booted }: HostState, tool: string): Decision {
  if (tool === 'bootc' && !staged) return fails('error: Upgrading: No staged deployment found');
  if (tool === 'bootc' && staged?.release.kernel !== booted?.release.kernel)
    return fails('error: Upgrading: Soft reboot was required but staged deployment is not soft-reboot capable');
  const toStaged = tool === 'bootc';
  return says([], toStaged ? (host, change) => setDownloadOnly(host, false, change) : undefined, {
    power: { way: toStaged ? 'soft-reboot-to-staged' : 'soft-reboot', afterMs: 0 },
  });
}

function pin(state: HostState, id: string, pinned: boolean): Decision {
  const found = findById(state, id);
  if (!found) return fails(`error: No deployment ${id}`);
  if (found.one === state.staged) return fails('error: Cannot pin staged deployment');
  if (found.one.pinned === pinned)
    return says([`Deployment ${found.index} is already ${pinned ? 'pinned' : 'unpinned'}`]);
  return says([`Deployment ${found.index} is now ${pinned ? 'pinned' : 'unpinned'}`], (host, change) =>
    setPinned(host, id, pinned, change),
  );
}

function removeOne(state: HostState, id: string): Decision {
  const found = findById(state, id);
  if (!found) return fails(`error: No deployment ${id}`);
  if (found.one === state.booted) return fails(`error: Cannot undeploy currently booted deployment ${found.index}`);
  return says([`Deleted deployment ${id}`], (host, change) =>
    found.one === state.staged ? unstage(host, change) : remove(host, id, change),
  );
}

function findById(state: HostState, id: string): { readonly one: DemoDeployment; readonly index: string } | null {
  const all = deployments(state);
  const index = all.findIndex((one) => deploymentId(state, one) === id);
  const one = all[index];
  return one ? { one, index: String(index) } : null;
}

function usrOverlay({ usrOverlay: isOpen, spec }: HostState): Decision {
  if (spec.backend === 'composefs') {
    if (isOpen) return says(['An overlayfs is already mounted on /usr']);
    return says(['A read/write overlayfs is now mounted on /usr', DISCARDED], openUsr);
  }
  if (isOpen) return fails('error: Deployment is already in unlocked state: development');
  return says(['Development mode enabled.  A writable overlayfs is now mounted on /usr.', DISCARDED], openUsr);
}

const DISCARDED = 'All changes there will be discarded on reboot.';

/** `+<argument>` and `-<argument>`, on top of what boots next: a new deployment of the same content. */
function kernelArguments(state: HostState, changes: readonly string[]): Decision {
  const from = newestOfHost(state);
  if (!from || !state.booted) return fails('error: No deployment');
  const named = (sign: string) => changes.filter((word) => word.startsWith(sign)).map((word) => word.slice(1));
  const [append, removed] = [named('+'), named('-')];
  const missing = removed.find((argument) => !from.arguments.includes(argument));
  if (missing !== undefined) return fails(`error: No karg '${missing}' found`);
  const kept = from.arguments.filter((argument) => !removed.includes(argument));
  const made = succeed(from, from.image, from.release, deployments(state), { arguments: [...kept, ...append] });
  return says(
    ['Staging deployment... done', 'Kernel arguments updated.', 'Run "systemctl reboot" to start a reboot'],
    (host, change) => stage(host, made, change),
  );
}
