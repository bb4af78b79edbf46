// What a scripted host is, and what the verbs do to it: pure functions over its state, as ostree and bootc 1.15 behave on the ostree
// backend (reference 1.4, 2.2 to 2.5, 5.4). The scripted tools run them on /scripted/state.json; tests run them in memory.
//
// State: { bootedId, deployments, cached, overlay, softTarget, masked, etcBlocks }
//   deployments   in boot order: { id, release, image, pinned, staged, downloadOnly }
import { createHash } from 'node:crypto';

export class ToolError extends Error {}

const checksumOf = ({ digest }) => createHash('sha256').update(digest).digest('hex');
const changed = (state, changes) => ({ ...state, ...changes });

export function firstState({ image, booted, rollback }) {
  const deployments = [booted, rollback].filter(Boolean).map((release) => ({
    id: `${checksumOf(release)}.0`,
    release,
    image,
    pinned: false,
    staged: false,
    downloadOnly: false,
  }));
  return {
    bootedId: deployments[0].id,
    deployments,
    cached: null,
    overlay: false,
    softTarget: null,
    masked: false,
    etcBlocks: false,
  };
}

export const stagedOf = ({ deployments }) => deployments.find(({ staged }) => staged) ?? null;
export const bootedOf = ({ deployments, bootedId }) => deployments.find(({ id }) => id === bootedId);
const settled = ({ deployments }) => deployments.filter(({ staged }) => !staged);

/** Where the rollback is: before the booted one when it is queued, else behind it. */
export function rollbackOf(state) {
  const rest = settled(state);
  const at = rest.findIndex(({ id }) => id === state.bootedId);
  return at > 0 ? { deployment: rest[0], queued: true } : { deployment: rest[at + 1] ?? null, queued: false };
}

export function stage(state, release, image, downloadOnly) {
  const rest = settled(state);
  const checksum = checksumOf(release);
  const serial = rest.filter(({ id }) => id.startsWith(checksum)).length;
  const staged = { id: `${checksum}.${serial}`, release, image, pinned: false, staged: true, downloadOnly };
  return changed(state, { deployments: [staged, ...rest], softTarget: null });
}

export function setLocked(state, downloadOnly) {
  const deployments = state.deployments.map((one) => (one.staged ? { ...one, downloadOnly } : one));
  return changed(state, { deployments });
}

/** `bootc upgrade` with its options; `release` is what the registry has. Says what happened. */
export function upgrade(state, release, { downloadOnly = false, fromDownloaded = false } = {}) {
  const staged = stagedOf(state);
  if (fromDownloaded) {
    if (!staged) throw new ToolError('Upgrading: No staged deployment found');
    return { state: setLocked(state, false), did: staged.downloadOnly ? 'unlocked' : 'unlocked-already' };
  }
  if (staged?.release.digest === release.digest) {
    if (staged.downloadOnly === downloadOnly) return { state, did: 'nothing' };
    return { state: setLocked(state, downloadOnly), did: downloadOnly ? 'locked' : 'unlocked' };
  }
  if (!staged && bootedOf(state).release.digest === release.digest) return { state, did: 'nothing' };
  const { image } = staged ?? bootedOf(state);
  return { state: changed(stage(state, release, image, downloadOnly), { cached: release }), did: 'staged' };
}

export function switchTo(state, release, image) {
  return changed(stage(state, release, image, false), { cached: release });
}

/** A toggle, which deletes what is staged. */
export function rollback(state) {
  const { deployment, queued } = rollbackOf(state);
  if (!deployment) throw new ToolError('Rollback: Rollback (ostree): No rollback available');
  const rest = settled(state).filter(({ id }) => id !== deployment.id);
  const others = rest.filter(({ id }) => id !== state.bootedId);
  const deployments = queued ? [bootedOf(state), deployment, ...others] : [deployment, ...rest];
  return { state: changed(state, { deployments }), queued: !queued };
}

export function pin(state, index, pinned) {
  at(state, index);
  if (state.deployments[index].staged) throw new ToolError('Cannot pin staged deployment');
  return changed(state, {
    deployments: state.deployments.map((one, each) => (each === index ? { ...one, pinned } : one)),
  });
}

export function undeploy(state, index) {
  if (at(state, index).id === state.bootedId)
    throw new ToolError(`Cannot undeploy currently booted deployment ${index}`);
  return changed(state, { deployments: state.deployments.filter((_, each) => each !== index) });
}

export function setDefault(state, index) {
  const first = at(state, index);
  return changed(state, { deployments: [first, ...settled(state).filter(({ id }) => id !== first.id)] });
}

function at({ deployments }, index) {
  const deployment = deployments[index];
  if (!deployment) throw new ToolError(`Invalid index ${index}`);
  return deployment;
}

export function overlay(state) {
  if (state.overlay) throw new ToolError('Deployment is already in unlocked state: development');
  return changed(state, { overlay: true });
}

/** A boot: what is staged is finalized unless it is locked or its /etc cannot be merged; all else that is not pinned goes. */
export function boot(state) {
  const staged = stagedOf(state);
  const rest = settled(state);
  const gone = { overlay: false, softTarget: null };
  if (!staged || staged.downloadOnly || state.etcBlocks) {
    const finalizeFailed = Boolean(staged && !staged.downloadOnly && state.etcBlocks);
    return changed(state, { ...gone, deployments: rest, bootedId: rest[0].id, finalizeFailed });
  }
  const kept = rest.filter(({ id, pinned }) => pinned && id !== state.bootedId);
  const deployments = [{ ...staged, staged: false }, bootedOf(state), ...kept];
  return changed(state, { ...gone, deployments, bootedId: staged.id, finalizeFailed: false });
}

/** A boot into what is staged that does not come up, and what brings the old deployment back. */
export function fallBack(state) {
  const before = state.bootedId;
  const after = boot(state);
  if (after.bootedId === before) return after;
  const [failed, ...others] = after.deployments;
  return changed(after, {
    bootedId: before,
    deployments: [...others.filter(({ id }) => id === before), failed, ...others.filter(({ id }) => id !== before)],
  });
}

/** `bootc status --format=json`, as an object. */
export function statusOf(state) {
  const staged = stagedOf(state);
  const { deployment: rollbackEntry, queued } = rollbackOf(state);
  const booted = bootedOf(state);
  const shown = [staged, booted, rollbackEntry];
  const others = state.deployments.filter((one) => !shown.includes(one));
  const image = staged?.image ?? booted.image;
  // bootc writes what it found onto the image that it pulled last.
  const entry = (one, cached) => bootEntry(one, cached, state);
  return {
    apiVersion: 'org.containers.bootc/v1',
    kind: 'BootcHost',
    metadata: { name: 'host' },
    spec: { bootOrder: queued ? 'rollback' : 'default', image },
    status: {
      booted: entry(booted, state.cached),
      ...(others.length > 0 ? { otherDeployments: others.map((one) => entry(one, null)) } : {}),
      readOnly: false,
      rollback: entry(rollbackEntry, null),
      rollbackQueued: queued,
      staged: entry(staged, null),
      type: 'bootcHost',
      usrOverlay: state.overlay ? { accessMode: 'readWrite', persistence: 'transient' } : null,
    },
  };
}

function bootEntry(deployment, cached, state) {
  if (!deployment) return null;
  const { id, release, image, pinned, downloadOnly } = deployment;
  const [checksum, serial] = id.split('.');
  return {
    cachedUpdate: cached ? imageStatus(cached, image) : null,
    composefs: null,
    downloadOnly,
    image: imageStatus(release, image),
    incompatible: false,
    ostree: { checksum, deploySerial: Number(serial), stateroot: 'default' },
    pinned,
    softRebootCapable: deployment.staged && release.kernel === bootedOf(state).release.kernel,
    store: 'ostreeContainer',
  };
}

function imageStatus(release, image) {
  return {
    architecture: 'amd64',
    image,
    imageDigest: release.digest,
    timestamp: release.timestamp,
    version: release.version,
  };
}

/** `ostree admin status`, as text. */
export function ostreeStatus(state) {
  const { deployment: rollbackEntry, queued } = rollbackOf(state);
  return state.deployments
    .map((one) => {
      const booted = one.id === state.bootedId;
      const mark = one.staged
        ? ` (staged)${one.downloadOnly ? ' (finalization locked)' : ''}`
        : one === rollbackEntry
          ? queued
            ? ' (pending)'
            : ' (rollback)'
          : '';
      const lines = [`${booted ? '*' : ' '} default ${one.id}${mark}`, `    Version: ${one.release.version}`];
      if (one.pinned) lines.push('    Pinned: yes');
      if (booted && state.overlay) lines.push('    Unlocked: development');
      lines.push('    origin: <unknown origin type>');
      return `${lines.join('\n')}\n`;
    })
    .join('');
}
