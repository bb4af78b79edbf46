import { makeDeployment, stage, type HostState } from './host-state.ts';
import { images, newestOf, type Release } from './releases.ts';
import { layerSummary, unitScript, type UnitScript, type UnitTask } from './unit-script.ts';

export type DemoVerb = 'check' | 'upgrade';

/** The files of an operation below /run/berth that a follower reads. */
export type OperationFile = 'stdout' | 'stderr' | 'progress';

/** One operation on a simulated host. What it has printed follows from the clock: nothing runs while nobody looks. */
export interface DemoOperation {
  readonly verb: DemoVerb;
  /** What a file holds from `offset` on, as far as it was written until `now`. All of it is ASCII: characters are bytes. */
  read(file: OperationFile, offset: number, now: number): string;
  hasEnded(now: number): boolean;
  /** Null while the unit runs. */
  exitCode(now: number): number | null;
  /** Milliseconds until something more is written or the unit ends; null when it has ended. */
  nextChangeIn(now: number): number | null;
  cancel(now: number): void;
  /** Changes the host as the unit did, once, after it has ended. */
  settle(state: HostState, now: number): void;
}

/** The exit code of a bootc that was stopped: 128 + TERM. */
const STOPPED = 143;

/** `pace`: how long everything takes, 1 as shown to people, less in tests. */
export function createOperation(state: HostState, verb: DemoVerb, startedAt: number, pace: number): DemoOperation {
  const decision = verb === 'check' ? decideCheck(state) : decideUpgrade(state);
  const { durationMs, exitCode } = unitScript(decision.task);
  const endsAt = startedAt + durationMs * pace;
  // A hundred kilobytes for each run: kept for as long as somebody reads them, and made again after that.
  let script: WeakRef<UnitScript> | null = null;
  let stoppedAt: number | null = null;
  let settled = false;

  function wholeScript(): UnitScript {
    const kept = script?.deref();
    if (kept) return kept;
    const made = unitScript(decision.task);
    script = new WeakRef(made);
    return made;
  }
  const elapsed = (now: number) => (Math.min(now, stoppedAt ?? now) - startedAt) / pace;
  const hasEnded = (now: number) => stoppedAt !== null || now >= endsAt;

  return {
    verb,
    hasEnded,
    read(file, offset, now) {
      const until = elapsed(now);
      let position = 0;
      let text = '';
      for (const piece of wholeScript()[file]) {
        if (piece.at > until) break;
        const end = position + piece.text.length;
        if (end > offset) text += piece.text.slice(Math.max(0, offset - position));
        position = end;
      }
      return text;
    },
    exitCode: (now) => (stoppedAt !== null ? STOPPED : now >= endsAt ? exitCode : null),
    nextChangeIn(now) {
      if (hasEnded(now)) return null;
      const since = elapsed(now);
      const { stdout, stderr, progress } = wholeScript();
      const next = [stdout, stderr, progress].map((pieces) => pieces.find(({ at }) => at > since)?.at ?? durationMs);
      return Math.max(1, Math.ceil((Math.min(...next) - since) * pace));
    },
    cancel(now) {
      if (!hasEnded(now)) stoppedAt = now;
    },
    settle(host, now) {
      if (settled || !hasEnded(now)) return;
      settled = true;
      if (stoppedAt === null) decision.effect(host, endsAt);
    },
  };
}

interface Decision {
  readonly task: UnitTask;
  readonly effect: (state: HostState, at: number) => void;
}

const noEffect = () => undefined;

/** What `bootc upgrade` comes to on this host now (reference 2.2). */
function decideUpgrade(state: HostState): Decision {
  const { spec, booted, staged } = state;
  if (spec.image === null || booted === null) return error('System not booted via bootc');
  const { reference } = images[spec.image];
  const newest = newestOf(spec.image);
  const refused = refusal(state);
  if (refused !== null) return error(refused);

  if (staged?.release === newest) {
    if (!staged.downloadOnly)
      return message([`No changes in ${reference} => ${newest.digest}`, 'Staged update present, not changed']);
    return message(['Staged deployment will now be applied on reboot'], (host, at) => {
      stage(host, { ...staged, downloadOnly: false }, at);
    });
  }
  if (booted.release === newest)
    return message([`No changes in ${reference} => ${newest.digest}`, 'No update available.']);

  const pulledBefore = state.rollback?.release === newest;
  return {
    task: {
      kind: 'stage',
      image: spec.image,
      from: booted.release,
      to: newest,
      backend: spec.backend,
      pull: !pulledBefore,
      story: spec.upgrade,
    },
    effect(host, at) {
      // A second deployment of the same commit gets the next serial.
      const serial = pulledBefore ? 1 : 0;
      stage(host, makeDeployment(booted.image, newest, { serial }), at, spec.upgrade !== 'bound-image');
    },
  };
}

/** What `bootc upgrade --check` comes to: it compares with the image pulled last, not with the booted one (reference 2.3). */
function decideCheck(state: HostState): Decision {
  const { spec, booted, staged, rollback } = state;
  if (spec.image === null || booted === null) return error('System not booted via bootc');
  const { reference } = images[spec.image];
  const newest = newestOf(spec.image);
  const refused = refusal(state);
  if (refused !== null) return error(refused);
  const pulled: readonly (Release | undefined)[] = [staged?.release, booted.release, rollback?.release];
  if (pulled.includes(newest)) return message([`No changes in: ${reference}`]);
  return message(
    [
      `Update available for: ${reference}`,
      `  Version: ${newest.version}`,
      `  Digest: ${newest.digest}`,
      ...layerSummary(spec.image, booted.release, newest),
    ],
    (host, at) => {
      if (spec.backend === 'composefs') return;
      if (host.staged) host.staged = { ...host.staged, cachedUpdate: newest };
      else host.bootedCachedUpdate = newest;
      host.bootcChangedAt = at;
    },
  );
}

function error(text: string): Decision {
  return { task: { kind: 'error', message: text }, effect: noEffect };
}

function message(lines: readonly string[], effect: Decision['effect'] = noEffect): Decision {
  return { task: { kind: 'message', lines }, effect };
}

/** The words of bootc, of skopeo and of the registry where nothing can be pulled; null where it can. */
function refusal({ spec }: HostState): string | null {
  if (spec.image === null) return null;
  if (spec.layered.length > 0) {
    return 'Deployment contains local rpm-ostree modifications; cannot upgrade via bootc. You can run `rpm-ostree reset` to undo the modifications.';
  }
  const { reference } = images[spec.image];
  const [repository = reference, tag = 'latest'] = reference.split(':');
  const registry = repository.split('/')[0] ?? repository;
  const opening = 'Preparing import: Fetching manifest: failed to invoke method OpenImage:';
  if (spec.upgrade === 'registry-auth') {
    return `${opening} reading manifest ${tag} in ${repository}: unauthorized: access to the requested resource is not authorized`;
  }
  if (spec.upgrade === 'registry-unreachable') {
    return `${opening} pinging container registry ${registry}: Get "https://${registry}/v2/": dial tcp: lookup ${registry} on 10.20.0.53:53: no such host`;
  }
  return null;
}
