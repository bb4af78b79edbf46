import * as z from 'zod';

/**
 * A host key that a person replaced after it had changed; kept in the history for good. `oldFingerprints`: of the lines that were
 * removed, each once. `added` false: the new key was not written, since OpenSSH's client tells its fingerprint alone; the next
 * connection asked. `files` were changed, `backup` is the copy of the user's known_hosts from before. `replacedBy` is
 * `user@workstation`, `at` epoch milliseconds.
 */
export const HostKeyChange = z.object({
  at: z.number(),
  hostId: z.string(),
  hostName: z.string(),
  address: z.string(),
  port: z.number(),
  keyType: z.string(),
  oldFingerprints: z.array(z.string()),
  newFingerprint: z.string(),
  added: z.boolean(),
  files: z.array(z.string()),
  backup: z.string().nullable(),
  replacedBy: z.string(),
});
export type HostKeyChange = z.infer<typeof HostKeyChange>;
