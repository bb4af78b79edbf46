import type { UpgradeStory } from './host-spec.ts';
import { importLines, pullLines, stagingLines, type TimedText } from './progress-lines.ts';
import type { PulledImage } from './registry.ts';
import { layersOf, type Layer } from './releases.ts';

/** What a simulated unit has to do, decided from the host's state when it starts. */
export type UnitTask =
  | {
      readonly kind: 'said';
      readonly stdout: readonly string[];
      readonly stderr: readonly string[];
      readonly exitCode: number;
      /** Whether a registry is asked first. */
      readonly asks: boolean;
    }
  | {
      readonly kind: 'stage';
      readonly reference: string;
      readonly from: PulledImage;
      readonly to: PulledImage;
      readonly backend: 'ostree' | 'composefs';
      /** False where the image was pulled before and only has to be staged again. */
      readonly pull: boolean;
      /** The last words of a download are others. */
      readonly downloadOnly: boolean;
      /** Only bootc's upgrade compares layers at its end. */
      readonly compares: boolean;
      /** What the tool says first when it fails, as `error: Upgrading`. */
      readonly failing: string;
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

/** What is done on the host alone. */
const LOCAL_MS = 350;
/** Asking a registry, and hearing from it. */
const REGISTRY_MS = 1_200;
const PULL_MS = 7_000;
const IMPORT_MS = 1_800;
const STAGE_MS = 2_200;

/** The whole run of a task. The same task gives the same script, so that nothing of it has to be kept. */
export function unitScript(task: UnitTask): UnitScript {
  if (task.kind === 'stage') return stagingScript(task);
  const at = task.asks ? REGISTRY_MS : LOCAL_MS;
  const said = (lines: readonly string[]) => (lines.length === 0 ? [] : [{ at, text: `${lines.join('\n')}\n` }]);
  return {
    stdout: said(task.stdout),
    stderr: said(task.stderr),
    progress: [],
    durationMs: at + 50,
    exitCode: task.exitCode,
  };
}

function stagingScript(task: Extract<UnitTask, { kind: 'stage' }>): UnitScript {
  const { reference, to, from, backend, pull, story, failing } = task;
  const { digest } = to.release;
  const { needed, present } = compareLayers(from, to);
  const stdout: TimedText[] = [];
  const stderr: TimedText[] = [];
  const progress: TimedText[] = [];
  let at = REGISTRY_MS;

  if (pull) {
    stdout.push({ at, text: `layers already present: ${String(present.length)}; layers needed: ${layers(needed)}\n` });
    progress.push({ at, text: '{"type":"Start","version":"0.1.0"}\n' });
    progress.push(...pullLines({ backend, digest, needed, present, at, durationMs: PULL_MS }));
    at += PULL_MS;
    if (backend === 'ostree') progress.push(...importLines(digest, at, IMPORT_MS));
    at += IMPORT_MS;
  } else {
    stdout.push({ at, text: `No changes in ${reference} => ${digest}\n` });
    progress.push({ at, text: '{"type":"Start","version":"0.1.0"}\n' });
  }
  if (backend === 'ostree') progress.push(...stagingLines(digest, at, STAGE_MS));
  at += STAGE_MS;
  stderr.push({ at: at - STAGE_MS / 3, text: 'Deploying...done (1 seconds)\n' });

  if (story === 'bound-image') {
    const message = `${failing}: Staging: Pulling bound images: Failed to pull image: Subprocess failed: ExitStatus(unix_wait_status(32000))\nError: initializing source docker://quay.io/acme/metrics-agent:2: reading manifest 2 in quay.io/acme/metrics-agent: manifest unknown\n`;
    return { stdout, stderr: [...stderr, { at, text: message }], progress, durationMs: at + 50, exitCode: 1 };
  }
  if (backend === 'ostree') stdout.push({ at, text: `${lastWords(task).join('\n')}\n` });
  return { stdout, stderr, progress, durationMs: at + 50, exitCode: 0 };
}

function lastWords({ reference, from, to, pull, downloadOnly, compares }: Extract<UnitTask, { kind: 'stage' }>) {
  return [
    'Pruned images: 1 (layers: 0, objsize: 0 bytes)',
    downloadOnly ? 'Image downloaded, but will not be applied on reboot' : `Queued for next boot: ${reference}`,
    `  Version: ${to.release.version}`,
    `  Digest: ${to.release.digest}`,
    ...(pull && compares ? layerSummary(from, to) : []),
  ];
}

/** The three lines about layers that `bootc upgrade --check` prints. */
export function layerSummary(from: PulledImage, to: PulledImage): readonly string[] {
  const { needed, present, removed } = compareLayers(from, to);
  const total = [...present, ...needed];
  return [
    `Total new layers: ${String(total.length).padEnd(5)} Size: ${size(total)}`,
    `Removed layers:   ${String(removed.length).padEnd(5)} Size: ${size(removed)}`,
    `Added layers:     ${String(needed.length).padEnd(5)} Size: ${size(needed)}`,
  ];
}

function compareLayers(from: PulledImage, to: PulledImage) {
  const before = layersOf(from.image, from.release);
  const after = layersOf(to.image, to.release);
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
