import { fails, says, type Decision, type DemoCall } from './decision.ts';
import { succeed, type DemoDeployment } from './deployment.ts';
import { deployments, newestOfHost, type HostState } from './host-state.ts';
import { askRegistry, noSuchHost, splitReference, unauthorized, type PulledImage } from './registry.ts';
import { newestOf } from './releases.ts';
import { remember, setDownloadOnly, stage } from './transitions.ts';
import { layerSummary } from './unit-script.ts';

/** A host with something to boot, and what its tool follows. */
interface Managed {
  readonly state: HostState;
  readonly booted: DemoDeployment;
  readonly followed: DemoDeployment;
}

const LAYERED =
  'Deployment contains local rpm-ostree modifications; cannot upgrade via bootc. You can run `rpm-ostree reset` to undo the modifications.';

/** What the verbs that are about images come to (reference 2.2 to 2.4, 6.2). Null: not one of them. */
export function decideImageVerb(state: HostState, { tool, verb, args }: DemoCall): Decision | null {
  const { booted } = state;
  const followed = newestOfHost(state);
  if (!booted || !followed) return null;
  const host = { state, booted, followed };
  switch (verb) {
    case 'check':
      return tool === 'bootc' ? check(host) : checkRemote(host);
    case 'upgrade':
    case 'download':
      return (tool === 'bootc' ? upgrade : upgradeRemote)(host, verb === 'download');
    case 'apply-download':
      return applyDownload(host);
    case 'switch':
      return switchImage(host, args);
    default:
      return null;
  }
}

function upgrade({ state, booted, followed }: Managed, downloadOnly: boolean): Decision {
  const answer = pull(state, followed.reference, 'error: Upgrading');
  if ('task' in answer) return answer;
  const { staged } = state;
  const { reference } = followed;
  const unchanged = `No changes in ${reference} => ${answer.release.digest}`;
  if (staged?.release === answer.release) {
    if (staged.downloadOnly === downloadOnly)
      return says([unchanged, 'Staged update present, not changed'], undefined, ASKS);
    const words = downloadOnly ? 'Image downloaded, but will not be applied on reboot' : APPLIES;
    return says([words], (host, change) => setDownloadOnly(host, downloadOnly, change), ASKS);
  }
  if (!staged && booted.release === answer.release && booted.reference === reference)
    return says([unchanged, 'No update available.'], undefined, ASKS);
  return staging(
    { state, booted, followed },
    { ...answer, reference, enforcesPolicy: followed.enforcesPolicy, downloadOnly },
    'error: Upgrading',
    true,
  );
}

const ASKS = { asks: true } as const;
const APPLIES = 'Staged deployment will now be applied on reboot';

function applyDownload({ state: { staged } }: Managed): Decision {
  if (!staged) return fails('error: Upgrading: No staged deployment found');
  if (!staged.downloadOnly) return says(['Staged deployment is already set to apply on reboot']);
  return says([APPLIES], (host, change) => setDownloadOnly(host, false, change));
}

/** It compares with the image that was pulled last, not with the booted one (reference 2.3). */
function check({ state, booted, followed }: Managed): Decision {
  const answer = pull(state, followed.reference, 'error: Upgrading');
  if ('task' in answer) return answer;
  const pulled = [state.staged, booted, state.rollback].map((one) => one?.release);
  if (pulled.includes(answer.release)) return says([`No changes in: ${followed.reference}`], undefined, ASKS);
  return says(
    [
      `Update available for: ${followed.reference}`,
      `  Version: ${answer.release.version}`,
      `  Digest: ${answer.release.digest}`,
      ...layerSummary(booted, answer),
    ],
    (host, { at }) => remember(host, answer.release, at),
    ASKS,
  );
}

function switchImage(host: Managed, [target = '', transport = '', , policy = '']: readonly string[]): Decision {
  const { followed, state } = host;
  const enforcesPolicy = policy === 'policy';
  if (transport === 'registry' && target === followed.reference && enforcesPolicy === followed.enforcesPolicy)
    return says(['Image specification is unchanged.']);
  if (transport !== 'registry') {
    const path = `${transport}:${target}`;
    return fails(
      `error: Switching: Preparing import: Fetching manifest: failed to invoke method OpenImage: lstat ${path}: no such file or directory`,
    );
  }
  const answer = pull(state, target, 'error: Switching');
  if ('task' in answer) return answer;
  return staging(
    host,
    { ...answer, reference: target, enforcesPolicy, downloadOnly: false },
    'error: Switching',
    false,
  );
}

/** The image behind a reference, or the failure to get it. */
function pull({ spec }: HostState, reference: string, failing: string): PulledImage | Decision {
  if (spec.layered.length > 0) return fails(`${failing}: ${LAYERED}`, ASKS);
  const opening = `${failing}: Preparing import: Fetching manifest: failed to invoke method OpenImage:`;
  if (spec.upgrade === 'registry-auth') return fails(`${opening} ${unauthorized(reference)}`, ASKS);
  if (spec.upgrade === 'registry-unreachable') {
    const registry = splitReference(reference).repository.split('/')[0] ?? '';
    return fails(`${opening} ${noSuchHost(registry)}`, ASKS);
  }
  const answer = askRegistry(reference);
  return answer.kind === 'error' ? fails(`${opening} ${answer.text}`, ASKS) : answer;
}

type Target = PulledImage & Pick<DemoDeployment, 'reference' | 'enforcesPolicy' | 'downloadOnly'>;

function staging({ state, booted }: Managed, target: Target, failing: string, compares: boolean): Decision {
  const { image, release, ...differs } = target;
  const { spec } = state;
  const present = deployments(state).find((one) => one.release === release && one !== state.staged);
  if (spec.backend === 'composefs' && present) {
    const place = present === booted ? 'Booted' : 'Rollback';
    return fails(
      `${failing} composefs: Target image has the same fs-verity digest as the existing Some(${place}) deployment.`,
      ASKS,
    );
  }
  const made = succeed(booted, image, release, deployments(state), differs);
  return {
    task: {
      kind: 'stage',
      reference: target.reference,
      from: booted,
      to: target,
      backend: spec.backend,
      pull: present === undefined,
      downloadOnly: target.downloadOnly,
      compares,
      failing,
      story: spec.upgrade,
    },
    effect: (host, change) => stage(host, made, change, spec.upgrade !== 'bound-image'),
    power: null,
  };
}

/** rpm-ostree and ostree ask the remote of a refspec. */
function checkRemote({ state, followed }: Managed): Decision {
  const newest = newestOf(followed.image);
  const isKnown = deployments(state).some((one) => one.release === newest);
  return says(
    isKnown ? ['No updates available.'] : ['AvailableUpdate:', `        Version: ${newest.version}`],
    undefined,
    ASKS,
  );
}

const DRIVEN = [
  'error: Updates and deployments are driven by Zincati (zincati.service)',
  "See zincati.service's documentation",
  'Use --bypass-driver to bypass Zincati and perform the operation anyways',
].join('\n');

function upgradeRemote({ state, booted, followed }: Managed, downloadOnly: boolean): Decision {
  if (state.spec.autoUpdate === 'zincati' && !state.updatesPaused) return fails(DRIVEN);
  const newest = newestOf(followed.image);
  if (followed.release === newest && followed.downloadOnly === downloadOnly)
    return says(['No upgrade available.'], undefined, ASKS);
  const made = succeed(booted, followed.image, newest, deployments(state), { downloadOnly });
  return says(
    ['Staging deployment... done', 'Run "systemctl reboot" to start a reboot'],
    (host, change) => stage(host, made, change),
    ASKS,
  );
}
