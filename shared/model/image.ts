import * as z from 'zod';

/**
 * Where an image comes from, as bootc spells it. `signature` null: bootc verifies no signature;
 * `containerPolicy`: the host's policy.json decides; `ostreeRemote:NAME`: ostree GPG of that remote.
 */
export const ImageReference = z.object({
  image: z.string(),
  transport: z.string(),
  signature: z.string().nullable(),
});
export type ImageReference = z.infer<typeof ImageReference>;

/** An image at one digest. `digest` is `sha256:<64 hex>` of the manifest; `timestamp` epoch milliseconds. */
export const ImageStatus = z.object({
  reference: ImageReference,
  digest: z.string(),
  version: z.string().nullable(),
  timestamp: z.number().nullable(),
  architecture: z.string().nullable(),
});
export type ImageStatus = z.infer<typeof ImageStatus>;
