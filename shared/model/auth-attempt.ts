import * as z from 'zod';

/**
 * What became of one way in, and why. Accepted: `one-of-several` (the host took it and wants another factor too).
 * Denied: `key-refused` (it does not want this key), `signature-refused` (it knows the key, and was still not content with what
 * was signed), `answer-refused` (a wrong password or code), `password-expired` (right, and to be changed first).
 * Not tried: `not-offered` (the host does not take this method), `unsupported` (a method, or a kind of key, that needs OpenSSH's
 * own client), `key-unreadable`, `key-format`, `key-permissions` (others may read it), `agent-silent` (no agent answers there),
 * `agent-refused` (the agent, or the person it asked, did not sign), `key-files-only` (a key of the agent that the configuration
 * leaves out), `not-accepted-here` (an algorithm or a length that it does not accept), `not-reached` (the host ended it before).
 */
export const AuthReason = z.enum([
  'one-of-several',
  'key-refused',
  'signature-refused',
  'answer-refused',
  'password-expired',
  'not-offered',
  'unsupported',
  'key-unreadable',
  'key-format',
  'key-permissions',
  'agent-silent',
  'agent-refused',
  'key-files-only',
  'not-accepted-here',
  'not-reached',
]);
export type AuthReason = z.infer<typeof AuthReason>;

/**
 * One line of the table that a refused login shows. `method` as the protocol names it (RFC 4252); the host's own names are cut
 * and plain. `key` null: the method uses none; its `name` is a path, or the comment that an agent has, `fingerprint` null where
 * it is not known. `offered`: whether the host takes the method, null where it never said. `detail` may be empty.
 */
export const AuthAttempt = z.object({
  method: z.string(),
  key: z.object({ from: z.enum(['agent', 'file']), name: z.string(), fingerprint: z.string().nullable() }).nullable(),
  offered: z.boolean().nullable(),
  outcome: z.enum(['accepted', 'denied', 'not-tried']),
  reason: AuthReason,
  detail: z.string(),
});
export type AuthAttempt = z.infer<typeof AuthAttempt>;
