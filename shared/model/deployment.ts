import * as z from 'zod';
import { ImageReference, ImageStatus } from './image.ts';

/** How /usr was made writable: by `bootc usr-overlay`, `ostree admin unlock` and their like. */
export const UsrOverlay = z.object({
  access: z.enum(['read-only', 'read-write']),
  persistence: z.enum(['transient', 'persistent']),
});
export type UsrOverlay = z.infer<typeof UsrOverlay>;

/**
 * One bootable root of a host. `id` is `<checksum>.<serial>` (ostree) or the fs-verity digest (composefs).
 * `image` is null where the deployment does not come from a container image, `origin` then is the ostree refspec.
 * `version` and `timestamp` (epoch ms) are those of the image, else of the ostree commit.
 * `pinned` means kept; `downloadOnly` means staged but not applied by a plain reboot;
 * `softRebootCapable` is relative to the booted deployment. `layers` lists what was layered with rpm-ostree, in words.
 */
export const Deployment = z.object({
  id: z.string(),
  image: ImageStatus.nullable(),
  cachedUpdate: ImageStatus.nullable(),
  origin: z.string().nullable(),
  version: z.string().nullable(),
  timestamp: z.number().nullable(),
  stateroot: z.string().nullable(),
  checksum: z.string().nullable(),
  serial: z.number().nullable(),
  pinned: z.boolean(),
  incompatible: z.boolean(),
  layers: z.array(z.string()),
  softRebootCapable: z.boolean(),
  downloadOnly: z.boolean(),
});
export type Deployment = z.infer<typeof Deployment>;

/**
 * All deployments of a host, in bootc's terms, whichever tool told. `source` is that tool; with `ostree` and `rpm-ostree`
 * what only bootc knows is missing. `tracked` is what `bootc upgrade` would follow (`spec.image`).
 * `managedByBootc` is bootc's own `type == "bootcHost"`. Source of the mapping: bootc status v1, rpm-ostree status, ostree admin status.
 */
export const DeploymentSet = z.object({
  source: z.enum(['bootc', 'rpm-ostree', 'ostree']),
  backend: z.enum(['ostree', 'composefs']),
  managedByBootc: z.boolean(),
  booted: Deployment.nullable(),
  staged: Deployment.nullable(),
  rollback: Deployment.nullable(),
  others: z.array(Deployment),
  rollbackQueued: z.boolean(),
  tracked: ImageReference.nullable(),
  readOnly: z.boolean(),
  usrOverlay: UsrOverlay.nullable(),
});
export type DeploymentSet = z.infer<typeof DeploymentSet>;
