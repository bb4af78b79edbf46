import type { EtcChange, EtcNode, EtcTree } from '../model/etc.ts';

/** How two versions of a path differ; `unknown`: one could not be read, and nothing else tells them apart. */
export type Difference = EtcChange | 'unknown';

/** Which attributes of two trees can be compared with each other. */
export interface Comparable {
  readonly labels: boolean;
}

/** From how many labels that differ on, of all, they are taken for the policy's doing and not for somebody's. */
const MOST_LABELS_CHANGED = 0.2;

/**
 * Whether labels of two trees tell anything: policies may label /usr/etc otherwise than /etc, and then nearly all differ.
 */
export function comparableLabels(before: EtcTree, after: EtcTree): Comparable {
  let [both, other] = [0, 0];
  for (const [path, node] of after) {
    const label = before.get(path)?.label ?? null;
    if (label === null || node.label === null) continue;
    both += 1;
    if (label !== node.label) other += 1;
  }
  return { labels: other <= both * MOST_LABELS_CHANGED };
}

/** How a path changed between two versions of it. The time of a change counts for nothing, as in both merges. */
export function differenceOf(
  before: EtcNode | undefined,
  after: EtcNode | undefined,
  { labels }: Comparable,
): Difference {
  if (before === undefined) return after === undefined ? 'same' : 'added';
  if (after === undefined) return 'deleted';
  if (before.type !== after.type) return 'type';
  if (before.link !== after.link) return 'content';
  const content = before.type === 'file' ? contentOf(before, after) : 'same';
  if (content === 'content') return content;
  if (before.mode !== after.mode || before.uid !== after.uid || before.gid !== after.gid) return 'metadata';
  if (content === 'unknown') return content;
  const isOther = (one: string | null, other: string | null) => one !== null && other !== null && one !== other;
  if (isOther(before.xattrs, after.xattrs) || (labels && isOther(before.label, after.label))) return 'attributes';
  return 'same';
}

/** Content decides. A file without a hash could not be read. */
function contentOf(before: EtcNode, after: EtcNode): 'same' | 'content' | 'unknown' {
  if (before.size !== after.size) return 'content';
  if (before.size === 0) return 'same';
  if (before.hash === null || after.hash === null) return 'unknown';
  return before.hash === after.hash ? 'same' : 'content';
}

/** Whether a merge takes it for a change: type, mode, owner, content; and attributes where it looks at them. */
export function isChange(difference: Difference, areAttributesSeen: boolean): boolean {
  if (difference === 'attributes') return areAttributesSeen;
  return difference !== 'same' && difference !== 'unknown';
}
