import { valueOf } from '../model/fact-value.ts';
import type { HostFacts, Identity } from '../model/host-facts.ts';

/**
 * Who manages the system of a host: `bootc`, `rpm-ostree` or `ostree` where bootc does not, `packages` for package mode.
 * Null: it cannot be told from what could be read.
 */
export type HostKind = 'bootc' | 'rpm-ostree' | 'ostree' | 'packages' | null;

/** The failing of this unit is how ostree tells that the last update could not be finalized (reference 4.6). */
export const BOOT_COMPLETE_UNIT = 'ostree-boot-complete.service';

/** Reference 1.7 and 6.4: `type == "bootcHost"` decides, not a booted deployment, which plain ostree hosts have as well. */
export function hostKind(facts: HostFacts): HostKind {
  if (isPackageMode(facts)) return 'packages';
  const set = valueOf(facts.deployments);
  if (!set) return null;
  // A layered host has lost its bootc type, and yet bootc is what refuses to update it.
  if (set.managedByBootc || (set.source === 'bootc' && set.booted?.incompatible)) return 'bootc';
  const tools = valueOf(facts.tools);
  // Another tool answered in place of bootc: it cannot say whether bootc manages the host.
  if (facts.bootcFailure || (set.source !== 'bootc' && tools !== null && tools.bootc !== null)) return null;
  return (tools !== null && tools.rpmOstree !== null) || set.source === 'rpm-ostree' ? 'rpm-ostree' : 'ostree';
}

/** A system made of packages: nothing to stage, nothing to roll back. */
export function isPackageMode(facts: HostFacts): boolean {
  if (facts.deployments.state === 'known') return false;
  if (facts.deployments.failure.code === 'facts.not-image-mode') return true;
  const identity = valueOf(facts.identity);
  return identity !== null && !identity.ostreeBooted && !identity.composefsBooted;
}

/** The last update vanished at shutdown, for example in the /etc merge, and the host booted its old deployment. */
export function finalizationFailed(facts: HostFacts): boolean {
  return valueOf(facts.failedUnits)?.includes(BOOT_COMPLETE_UNIT) ?? false;
}

/** The backend column: how the deployments are kept, or what makes the system where bootc does not. */
export function backendOf(facts: HostFacts): 'ostree' | 'composefs' | 'rpm-ostree' | 'packages' | null {
  const kind = hostKind(facts);
  if (kind === 'packages' || kind === 'rpm-ostree') return kind;
  const set = valueOf(facts.deployments);
  if (set) return set.backend;
  const identity = valueOf(facts.identity);
  if (!identity) return null;
  return identity.composefsBooted ? 'composefs' : 'ostree';
}

/** The operating system in a table's width: `RHEL 10.1`, `CentOS Stream 10`, else the host's own name for it. */
export function osLabel(identity: Identity): string {
  const short = SHORT_NAMES[identity.osId];
  if (short && identity.osVersion) return `${short} ${identity.osVersion}`;
  // Code names in brackets say nothing more: “Debian GNU/Linux 12 (bookworm)”.
  return identity.osName.replace(/\s*\([^)]*\)$/, '') || identity.osId;
}

const SHORT_NAMES: Readonly<Record<string, string>> = { rhel: 'RHEL', centos: 'CentOS Stream' };
