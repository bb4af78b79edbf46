import * as z from 'zod';
import { fail, succeed, type Result } from '../errors/result.ts';
import type { DeploymentSet } from '../model/deployment.ts';
import { inSlots, type ListedDeployment } from './boot-order.ts';
import { looseCount, looseFlag, looseList, looseText, parseJsonObject } from './json.ts';
import { layersInWords, parseImageOrigin } from './origin.ts';

const COMMAND = 'rpm-ostree status';

const Names = looseList(z.string());

const Listed = z.object({
  checksum: z.string().regex(/^[0-9a-f]{64}$/),
  serial: looseCount,
  osname: looseText,
  booted: looseFlag,
  staged: looseFlag, // missing in old data
  pinned: looseFlag,
  unlocked: looseText,
  version: looseText,
  timestamp: looseCount,
  origin: looseText,
  'container-image-reference': looseText,
  'container-image-reference-digest': looseText,
  'finalization-locked': looseFlag,
  'regenerate-initramfs': looseFlag,
  'requested-packages': Names,
  'requested-local-packages': Names,
  'requested-base-removals': Names,
  'requested-base-local-replacements': Names,
});

/**
 * Reads `rpm-ostree status --json` into bootc's terms. Fails with `facts.unreadable` when there is no list of deployments.
 * What only bootc knows is missing: cached updates, soft reboot. A container image without a digest (old data) is an `origin`.
 */
export function parseRpmOstreeStatus(text: string): Result<DeploymentSet> {
  const json = parseJsonObject(text, COMMAND);
  if (!json.ok) return json;
  if (!Array.isArray(json.value['deployments'])) {
    return fail('facts.unreadable', { command: COMMAND, detail: 'it has no deployments' });
  }
  return succeed(inSlots('rpm-ostree', looseList(Listed).parse(json.value['deployments']).map(toListed)));
}

function toListed(item: z.infer<typeof Listed>): ListedDeployment {
  const layering = {
    packages: item['requested-packages'],
    localPackages: item['requested-local-packages'],
    removals: item['requested-base-removals'],
    replacements: item['requested-base-local-replacements'],
    initramfs: item['regenerate-initramfs'],
  };
  const layers = layersInWords(layering);
  const timestamp = item.timestamp === null ? null : item.timestamp * 1000;
  const source = item['container-image-reference'] ?? item.origin;
  const reference = parseImageOrigin(item['container-image-reference'] ?? '');
  const digest = item['container-image-reference-digest'];
  const image =
    reference && digest ? { reference, digest, version: item.version, timestamp, architecture: null } : null;
  return {
    booted: item.booted,
    staged: item.staged,
    unlocked: item.unlocked ?? 'none',
    deployment: {
      id: `${item.checksum}.${item.serial ?? 0}`,
      image,
      cachedUpdate: null,
      origin: image ? null : source,
      version: item.version,
      timestamp,
      stateroot: item.osname,
      checksum: item.checksum,
      serial: item.serial,
      pinned: item.pinned,
      incompatible: layers.length > 0,
      layers,
      softRebootCapable: false,
      downloadOnly: item.staged && item['finalization-locked'],
    },
  };
}
