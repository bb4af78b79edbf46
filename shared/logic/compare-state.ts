import type { Deployment } from '../model/deployment.ts';
import type { ImageStatus } from '../model/image.ts';
import type { HostSnapshot } from '../model/operation.ts';
import { etcRows } from './etc-state-rows.ts';
import { digestOf, formatBytes, formatSpan, shortDigest, UNKNOWN, versionLabel } from './format.ts';
import { nextBoot } from './next-boot.ts';
import { sameImage, foundUpdate } from './update.ts';

/** A cell of the before and after table: a name and, where there is one, its digest (`3f9c1ab2`). `changed` is new since before. */
export interface StateCell {
  readonly text: string;
  readonly digest: string | null;
  readonly changed: boolean;
}

/** A line of the table; `tone` chooses the icon of the result: `=`, a tick, a question mark, a warning. */
export interface StateRow {
  readonly label: string;
  readonly before: StateCell;
  readonly after: StateCell;
  readonly result: { readonly text: string; readonly tone: 'same' | 'success' | 'changed' | 'unknown' };
}

/** What an operation found and left: one line a fact. `after` null: the state was not read again. */
export function stateRows(before: HostSnapshot, after: HostSnapshot | null): readonly StateRow[] {
  const [was, is] = [before.deployments, after?.deployments ?? null];
  const planned = foundUpdate(was)?.digest ?? null;
  return [
    ...etcRows(before, after),
    row('Booted', was.booted, is && { one: is.booted }),
    row('Staged', was.staged, is && { one: is.staged }, (one) =>
      planned === null
        ? one
          ? 'Staged'
          : 'Gone'
        : digestOrNull(one) === planned
          ? 'Digest as planned'
          : 'Not the planned digest',
    ),
    row('Rollback', was.rollback, is && { one: is.rollback }),
    nextBootRow(before, after),
    ...spaceRows(before, after),
  ];
}

function row(
  label: string,
  before: Deployment | null,
  after: { readonly one: Deployment | null } | null,
  changedWord: (after: Deployment | null) => string = (one) => (one ? 'Changed' : 'Gone'),
): StateRow {
  if (!after)
    return { label, before: cell(before, false), after: unknownCell, result: { text: 'Not read', tone: 'unknown' } };
  const changed = stateKey(before) !== stateKey(after.one);
  const word = changed ? changedWord(after.one) : 'Untouched';
  const tone = !changed ? 'same' : word === 'Digest as planned' || word === 'Staged' ? 'success' : 'changed';
  return { label, before: cell(before, false), after: cell(after.one, changed), result: { text: word, tone } };
}

/** What makes a deployment another one for a reader; a change of the lock (download-only) is one as well. */
function stateKey(deployment: Deployment | null): string {
  return deployment ? `${deployment.id} ${digestOf(deployment)} ${deployment.downloadOnly}` : '';
}

function cell(deployment: Deployment | null, changed: boolean): StateCell {
  if (!deployment) return { text: UNKNOWN, digest: null, changed };
  const text = deployment.downloadOnly ? `${versionLabel(deployment)}, download-only` : versionLabel(deployment);
  return { text, digest: deployment.version === null ? null : shortDigest(digestOf(deployment), 'text'), changed };
}

const unknownCell: StateCell = { text: UNKNOWN, digest: null, changed: false };

function nextBootRow(before: HostSnapshot, after: HostSnapshot | null): StateRow {
  const words = (snapshot: HostSnapshot) => {
    const { kind, deployment } = nextBoot(snapshot.deployments);
    if (!deployment) return UNKNOWN;
    return `${versionLabel(deployment)}, ${{ same: 'booted', staged: 'staged', rollback: 'rollback' }[kind]}`;
  };
  const was = words(before);
  const is = after && words(after);
  const changed = is !== null && is !== was;
  const text = is === null ? 'Not read' : changed ? 'Changed' : 'Untouched';
  return {
    label: 'Next boot',
    before: { text: was, digest: null, changed: false },
    after: { text: is ?? UNKNOWN, digest: null, changed },
    result: { text, tone: is === null ? 'unknown' : changed ? 'changed' : 'same' },
  };
}

/** Less of a change than this is what any system writes by itself. */
const SPACE_NOISE = 1_000_000;

function spaceRows(before: HostSnapshot, after: HostSnapshot | null): readonly StateRow[] {
  return before.disks
    .filter(({ mount }) => mount !== '/var')
    .map(({ mount, available }): StateRow => {
      const now = after?.disks.find((disk) => disk.mount === mount)?.available ?? null;
      const difference = now === null ? 0 : now - available;
      const changed = Math.abs(difference) >= SPACE_NOISE;
      const text =
        now === null
          ? 'Not read'
          : changed
            ? `${formatBytes(Math.abs(difference))} ${difference < 0 ? 'less' : 'more'}`
            : 'Untouched';
      return {
        label: `${mount} free`,
        before: { text: formatBytes(available), digest: null, changed: false },
        after: { text: now === null ? UNKNOWN : formatBytes(now), digest: null, changed },
        result: { text, tone: now === null ? 'unknown' : changed ? 'changed' : 'same' },
      };
    });
}

function digestOrNull(deployment: Deployment | null): string | null {
  return deployment && digestOf(deployment);
}

/** What is compared of a deployment; an update that is only known (see `asDeployment`) has no more than this. */
export type Comparable = Pick<Deployment, 'id' | 'version' | 'image' | 'checksum' | 'timestamp' | 'origin'>;

/** An update that bootc only knows of, to stand beside deployments. Its kernel is not known before it is pulled. */
export function asDeployment(update: ImageStatus): Comparable {
  const { digest, version, timestamp } = update;
  return { id: digest, version, image: update, checksum: null, timestamp, origin: null };
}

/** One line between two cards. `same` null: not known. */
export interface Difference {
  readonly label: string;
  readonly text: string;
  readonly same: boolean | null;
}

/** What differs between two deployments, `from` being the booted one: the lines of the gap between their cards. */
export function deploymentDifferences(
  from: Comparable,
  to: Comparable,
  kernels: Readonly<Record<string, string>> | null,
): { readonly from: string; readonly to: string; readonly rows: readonly Difference[] } {
  return {
    from: versionLabel(from),
    to: versionLabel(to),
    rows: [
      { label: 'Image', ...imageDifference(from, to) },
      { label: 'Content', ...equality(digestOf(from), digestOf(to)) },
      { label: 'Kernel', ...equality(kernels?.[from.id] ?? null, kernels?.[to.id] ?? null) },
      { label: 'Built', ...builtDifference(from.timestamp, to.timestamp) },
    ],
  };
}

function equality(a: string | null, b: string | null): Omit<Difference, 'label'> {
  if (a === null || b === null) return { text: UNKNOWN, same: null };
  return a === b ? { text: 'same', same: true } : { text: 'changes', same: false };
}

function imageDifference(from: Comparable, to: Comparable): Omit<Difference, 'label'> {
  const [a, b] = [from.image?.reference, to.image?.reference];
  if (!a || !b) return equality(from.origin, to.origin);
  if (!sameImage(a, b)) return { text: 'changes', same: false };
  return a.signature === b.signature ? { text: 'same', same: true } : { text: 'signature changes', same: false };
}

function builtDifference(from: number | null, to: number | null): Omit<Difference, 'label'> {
  if (from === null || to === null) return { text: UNKNOWN, same: null };
  if (from === to) return { text: 'same', same: true };
  return { text: `${formatSpan(Math.abs(to - from))} ${to > from ? 'newer' : 'older'}`, same: false };
}
