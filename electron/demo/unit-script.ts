import type { UpgradeStory } from './host-spec.ts';
import { importLines, pullLines, stagingLines, type TimedText } from './progress-lines.ts';
import { images, layersOf, type ImageName, type Layer, type Release } from './releases.ts';

/** What a simulated bootc has to do, decided from the host's state when its unit starts. */
export type UnitTask =
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'message'; readonly lines: readonly string[] }
  | {
      readonly kind: 'stage';
      readonly image: ImageName;
      readonly from: Release;
      readonly to: Release;
      readonly backend: 'ostree' | 'composefs';
      /** False where the image was pulled before and only has to be staged again. */
      readonly pull: boolean;
      readonly story: UpgradeStory;
    };

/** Everything a simulated unit prints, each piece with its time in milliseconds since the unit started. */
export interface UnitScript {
  readonly stdout: readonly TimedText[];
  readonly stderr: readonly TimedText[];
  readonly progress: readonly TimedText[];
  readonly durationMs: number;
  readonly exitCode: number;
}

/** Asking a registry, and hearing from it. */
const REGISTRY_MS = 1_200;
const PULL_MS = 7_000;
const IMPORT_MS = 1_800;
const STAGE_MS = 2_200;

/** The whole run of a task. The same task gives the same script, so that nothing of it has to be kept. */
export function unitScript(task: UnitTask): UnitScript {
  if (task.kind === 'error') {
    const stderr = [{ at: REGISTRY_MS, text: `error: Upgrading: ${task.message}\n` }];
    return { stdout: [], stderr, progress: [], durationMs: REGISTRY_MS + 50, exitCode: 1 };
  }
  if (task.kind === 'message') {
    const stdout = [{ at: REGISTRY_MS, text: `${task.lines.join('\n')}\n` }];
    return { stdout, stderr: [], progress: [], durationMs: REGISTRY_MS + 50, exitCode: 0 };
  }
  return stagingScript(task);
}

function stagingScript(task: Extract<UnitTask, { kind: 'stage' }>): UnitScript {
  const { image, to, from, backend, pull, story } = task;
  const { reference } = images[image];
  const { needed, present, removed } = compareLayers(image, from, to);
  const stdout: TimedText[] = [];
  const stderr: TimedText[] = [];
  const progress: TimedText[] = [];
  let at = REGISTRY_MS;

  if (pull) {
    stdout.push({ at, text: `layers already present: ${String(present.length)}; layers needed: ${layers(needed)}\n` });
    progress.push({ at, text: '{"type":"Start","version":"0.1.0"}\n' });
    progress.push(...pullLines({ backend, digest: to.digest, needed, present, at, durationMs: PULL_MS }));
    at += PULL_MS;
    if (backend === 'ostree') progress.push(...importLines(to.digest, at, IMPORT_MS));
    at += IMPORT_MS;
  } else {
    stdout.push({ at, text: `No changes in ${reference} => ${to.digest}\n` });
    progress.push({ at, text: '{"type":"Start","version":"0.1.0"}\n' });
  }
  if (backend === 'ostree') progress.push(...stagingLines(to.digest, at, STAGE_MS));
  at += STAGE_MS;
  stderr.push({ at: at - STAGE_MS / 3, text: 'Deploying...done (1 seconds)\n' });

  if (story === 'bound-image') {
    const message =
      'error: Upgrading: Staging: Pulling bound images: Failed to pull image: Subprocess failed: ExitStatus(unix_wait_status(32000))\nError: initializing source docker://quay.io/acme/metrics-agent:2: reading manifest 2 in quay.io/acme/metrics-agent: manifest unknown\n';
    return { stdout, stderr: [...stderr, { at, text: message }], progress, durationMs: at + 50, exitCode: 1 };
  }
  if (backend === 'ostree') {
    const total = [...present, ...needed];
    stdout.push({
      at,
      text: [
        'Pruned images: 1 (layers: 0, objsize: 0 bytes)',
        `Queued for next boot: ${reference}`,
        `  Version: ${to.version}`,
        `  Digest: ${to.digest}`,
        ...(pull
          ? [
              `Total new layers: ${String(total.length).padEnd(5)} Size: ${size(total)}`,
              `Removed layers:   ${String(removed.length).padEnd(5)} Size: ${size(removed)}`,
              `Added layers:     ${String(needed.length).padEnd(5)} Size: ${size(needed)}`,
            ]
          : []),
        '',
      ].join('\n'),
    });
  }
  return { stdout, stderr, progress, durationMs: at + 50, exitCode: 0 };
}

/** The three lines about layers that `bootc upgrade --check` prints. */
export function layerSummary(image: ImageName, from: Release, to: Release): readonly string[] {
  const { needed, present, removed } = compareLayers(image, from, to);
  const total = [...present, ...needed];
  return [
    `Total new layers: ${String(total.length).padEnd(5)} Size: ${size(total)}`,
    `Removed layers:   ${String(removed.length).padEnd(5)} Size: ${size(removed)}`,
    `Added layers:     ${String(needed.length).padEnd(5)} Size: ${size(needed)}`,
  ];
}

function compareLayers(image: ImageName, from: Release, to: Release) {
  const before = layersOf(image, from);
  const after = layersOf(image, to);
  const known = new Set(before.map(({ id }) => id));
  const kept = new Set(after.map(({ id }) => id));
  return {
    needed: after.filter(({ id }) => !known.has(id)),
    present: after.filter(({ id }) => known.has(id)),
    removed: before.filter(({ id }) => !kept.has(id)),
  };
}

function layers(list: readonly Layer[]): string {
  return `${String(list.length)} (${size(list)})`;
}

function size(list: readonly Layer[]): string {
  return `${(list.reduce((sum, { bytes }) => sum + bytes, 0) / 1_000_000).toFixed(1)} MB`;
}
