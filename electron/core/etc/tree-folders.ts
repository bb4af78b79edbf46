import { BerthError } from '../../../shared/errors/failure.ts';
import type { Deployment, DeploymentSet } from '../../../shared/model/deployment.ts';
import type { EtcVersion, EtcView } from '../../../shared/model/etc.ts';
import { digestOf } from '../../../shared/logic/format.ts';

/** Where the versions of a host's /etc are, as arguments of the scripts that read them. */
export interface TreeFolders {
  readonly backend: 'ostree' | 'composefs';
  /** What stands before all other paths; left out: nothing, but in tests. */
  readonly root?: string | undefined;
  /** The folder of the booted deployment. */
  readonly booted: string;
  /** The folder of the version that the local one is compared with; empty in the view `drift`. */
  readonly target: string;
  readonly versions: { readonly booted: EtcVersion; readonly target: EtcVersion | null };
}

const OSTREE_ID = /^[0-9a-f]{64}\.\d{1,9}$/;
const COMPOSEFS_ID = /^[0-9a-f]{64,128}$/;
/** As ostree takes them: one name of a folder. */
const STATEROOT = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/**
 * The folders for a view, from what the host says of its deployments (reference 4.4). Rejects with BerthError `etc.no-target` where there
 * is nothing staged or no rollback, `etc.deployment-unknown` for names that lead elsewhere, `operation.state-unknown` where nothing is known to be booted.
 */
export function treeFolders(set: DeploymentSet, view: EtcView): TreeFolders {
  const { backend, booted } = set;
  if (!booted) throw new BerthError('operation.state-unknown');
  const other = view === 'drift' ? null : view === 'staged' ? set.staged : set.rollback;
  if (view !== 'drift' && !other) {
    throw new BerthError('etc.no-target', { what: view === 'staged' ? 'nothing is staged' : 'there is no rollback' });
  }
  return {
    backend,
    booted: folderOf(backend, booted),
    target: other === null ? '' : `${folderOf(backend, other)}${isShipped(backend, view) ? '/usr/etc' : '/etc'}`,
    versions: { booted: versionOf(booted), target: other && versionOf(other) },
  };
}

/** With ostree what an image ships is in its own usr/etc; with composefs what is staged has a copy of it as its etc. */
function isShipped(backend: TreeFolders['backend'], view: EtcView): boolean {
  return backend === 'ostree' && view === 'staged';
}

function folderOf(backend: TreeFolders['backend'], { id, stateroot }: Deployment): string {
  if (backend === 'composefs') {
    if (!COMPOSEFS_ID.test(id)) throw new BerthError('etc.deployment-unknown', { name: id });
    return `/sysroot/state/deploy/${id}`;
  }
  const root = stateroot ?? 'default';
  if (!OSTREE_ID.test(id) || !STATEROOT.test(root)) {
    throw new BerthError('etc.deployment-unknown', { name: `${root} ${id}` });
  }
  return `/ostree/deploy/${root}/deploy/${id}`;
}

function versionOf(deployment: Deployment): EtcVersion {
  return { deployment: deployment.id, version: deployment.version, digest: digestOf(deployment) };
}
