import * as z from 'zod';

/** What a pre-flight looks at, in the order in which it is shown. */
export const CheckName = z.enum([
  'privilege',
  'lock',
  'space-sysroot',
  'space-boot',
  'registry',
  'credentials',
  'architecture',
  'distribution',
  'signature-policy',
  'layering',
  'staged',
  'etc-merge',
  'timer',
  'users',
  'inhibitors',
  'battery',
  'clock',
]);
export type CheckName = z.infer<typeof CheckName>;

/**
 * One check before a verb. `fail` stops, `warn` wants to be confirmed, `unknown` could not be found out and is said. `text` is what was
 * found, one sentence; `command` what showed it on the host, null where a fact that was read earlier did; `remedy` what to do, empty when nothing is.
 */
export const PreflightCheck = z.object({
  name: CheckName,
  result: z.enum(['pass', 'warn', 'fail', 'unknown']),
  text: z.string(),
  command: z.string().nullable(),
  remedy: z.string(),
});
export type PreflightCheck = z.infer<typeof PreflightCheck>;

/** The checks of one plan. `checkedAt` epoch ms. Only checks that concern the verb and the host are in it. */
export const Preflight = z.object({ checkedAt: z.number(), checks: z.array(PreflightCheck) });
export type Preflight = z.infer<typeof Preflight>;
