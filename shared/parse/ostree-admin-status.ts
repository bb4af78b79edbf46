import * as z from 'zod';
import { fail, succeed, type Result } from '../errors/result.ts';
import type { DeploymentSet } from '../model/deployment.ts';
import { inSlots, type ListedDeployment } from './boot-order.ts';
import { looseCount, looseFlag, looseList, looseText, parseJsonObject } from './json.ts';
import { cleanText } from './text.ts';

const COMMAND = 'ostree admin status';

const Listed = z.object({
  checksum: z.string().regex(/^[0-9a-f]{64}$/),
  stateroot: looseText,
  refspec: looseText,
  serial: looseCount,
  booted: looseFlag,
  staged: looseFlag,
  pinned: looseFlag,
  'finalization-locked': looseFlag,
  'soft-reboot-target': looseFlag,
  unlocked: looseText,
  version: looseText,
});
type Listed = z.infer<typeof Listed>;

/** Reads `ostree admin status --json` (ostree ≥ 2025.3). Container images are not in it: `origin` is the refspec, or null. */
export function parseOstreeStatusJson(text: string): Result<DeploymentSet> {
  const json = parseJsonObject(text, COMMAND);
  if (!json.ok) return json;
  if (!Array.isArray(json.value['deployments'])) {
    return fail('facts.unreadable', { command: COMMAND, detail: 'it has no deployments' });
  }
  return succeed(inSlots('ostree', looseList(Listed).parse(json.value['deployments']).map(toListed)));
}

// `* default 367f…a603.0 (staged) (finalization locked)`, then indented `Key: value` lines.
const DEPLOYMENT = /^([* ]) (\S{1,255}) ([0-9a-f]{64})\.(\d{1,9})((?: \([a-z -]{1,40}\)){0,8})\s*$/;
const DETAIL = /^ {2,}([A-Za-z][\w -]{0,60}): (.{1,4096})$/;

/**
 * Reads the text of `ostree admin status`, all that ostree before 2025.3 has. Fails with `facts.unreadable` when no line of it is
 * a deployment; on a host without any it is the text `No deployments.`, which is an empty set.
 */
export function parseOstreeStatusText(text: string): Result<DeploymentSet> {
  const found: Listed[] = [];
  let current: Listed | null = null;
  for (const line of text.split('\n', 2000)) {
    const head = DEPLOYMENT.exec(line);
    if (head) {
      const marks = head[5] ?? '';
      current = {
        checksum: head[3] ?? '',
        serial: Number(head[4]),
        stateroot: cleanText(head[2] ?? ''),
        booted: head[1] === '*',
        staged: marks.includes('(staged)'),
        'finalization-locked': marks.includes('(finalization locked)'),
        'soft-reboot-target': marks.includes('(soft-reboot)'),
        pinned: false,
        refspec: null,
        unlocked: 'none',
        version: null,
      };
      found.push(current);
      continue;
    }
    const detail = DETAIL.exec(line);
    if (current && detail) readDetail(current, detail[1] ?? '', cleanText(detail[2] ?? ''));
  }
  if (found.length === 0 && !/^No deployments\.?\s*$/m.test(text)) {
    return fail('facts.unreadable', { command: COMMAND, detail: 'it lists no deployment' });
  }
  return succeed(inSlots('ostree', found.slice(0, 200).map(toListed)));
}

function readDetail(item: Listed, key: string, value: string): void {
  if (key === 'Version') item.version = value;
  if (key === 'Pinned') item.pinned = value === 'yes';
  if (key === 'Unlocked') item.unlocked = value;
  if (key === 'origin refspec' || key === 'container-image-reference') item.refspec = value;
}

function toListed(item: Listed): ListedDeployment {
  return {
    booted: item.booted,
    staged: item.staged,
    unlocked: item.unlocked ?? 'none',
    deployment: {
      id: `${item.checksum}.${item.serial ?? 0}`,
      image: null,
      cachedUpdate: null,
      origin: item.refspec,
      version: item.version,
      timestamp: null,
      stateroot: item.stateroot,
      checksum: item.checksum,
      serial: item.serial,
      pinned: item.pinned,
      incompatible: false,
      layers: [],
      softRebootCapable: item['soft-reboot-target'],
      downloadOnly: item.staged && item['finalization-locked'],
    },
  };
}
