import * as z from 'zod';
import { EtcFileAct } from './etc-act.ts';
import { etcActLimits } from './etc-limits.ts';
import { ImageReference } from './image.ts';

/** Longest texts that a request may carry, in characters; what the kernel takes as a command line is 2048 on most machines. */
export const verbLimits = { message: 200, kernelArgument: 512, kernelArguments: 32, delayMinutes: 24 * 60 } as const;

/** Names a deployment as `Deployment.id` does: `<checksum>.<serial>` (ostree) or the fs-verity digest (composefs). */
const DeploymentId = z.string().regex(/^[0-9a-f]{64}(?:\.\d{1,6}|[0-9a-f]{64})$/);

/** One kernel argument, `key` or `key=value`: printable ASCII, no blanks outside double quotes, never a leading `-`. */
const KernelArgument = z
  .string()
  .max(verbLimits.kernelArgument)
  .regex(/^(?!-)(?:[!#-~]|"[ !#-~]*")+$/);

/**
 * What is asked of a host: a verb, with all that it needs. The words are Berth's, the same on every kind of host; what runs for them
 * on bootc, rpm-ostree and plain ostree hosts is `shared/logic/verb-commands.ts`.
 *
 * - `check` looks for an update; `download` stages one that a plain reboot does not apply; `apply-download` lets the next reboot apply it;
 *   `upgrade` stages the newest image; `switch` stages another image (`retain`: keeps the old ostree refspec; `enforcePolicy`: bootc
 *   insists on the signature policy).
 * - `rollback` puts the rollback first for the next boot (a staged update is deleted by that); `undo-rollback` takes that back; `unstage`
 *   deletes the staged update; `pin`, `unpin`, `remove` are about one deployment.
 * - `usr-overlay` makes /usr writable until the next boot; `kernel-arguments` stages a deployment with other arguments.
 * - `reboot` after `delayMinutes`, with a wall message; `soft-reboot` keeps the kernel.
 * - `pause-updates` masks the auto-update timer, `resume-updates` takes the mask away; `clean-up` removes layers that no deployment uses.
 * - `etc` changes paths of /etc, all or none as far as that can be: `shared/model/etc-act.ts`.
 */
export const VerbRequest = z.discriminatedUnion('verb', [
  z.object({ verb: z.literal('check') }),
  z.object({ verb: z.literal('download') }),
  z.object({ verb: z.literal('apply-download') }),
  z.object({ verb: z.literal('upgrade') }),
  z.object({ verb: z.literal('switch'), image: ImageReference, retain: z.boolean(), enforcePolicy: z.boolean() }),
  z.object({ verb: z.literal('rollback') }),
  z.object({ verb: z.literal('undo-rollback') }),
  z.object({ verb: z.literal('unstage') }),
  z.object({ verb: z.literal('pin'), deployment: DeploymentId }),
  z.object({ verb: z.literal('unpin'), deployment: DeploymentId }),
  z.object({ verb: z.literal('remove'), deployment: DeploymentId }),
  z.object({ verb: z.literal('usr-overlay') }),
  z.object({
    verb: z.literal('kernel-arguments'),
    append: z.array(KernelArgument).max(verbLimits.kernelArguments),
    remove: z.array(KernelArgument).max(verbLimits.kernelArguments),
  }),
  z.object({
    verb: z.literal('reboot'),
    delayMinutes: z.int().min(0).max(verbLimits.delayMinutes),
    message: z
      .string()
      .max(verbLimits.message)
      .regex(/^(?!-)[^\p{Cc}]*$/u),
  }),
  z.object({ verb: z.literal('soft-reboot') }),
  z.object({ verb: z.literal('pause-updates') }),
  z.object({ verb: z.literal('resume-updates') }),
  z.object({ verb: z.literal('clean-up') }),
  z.object({ verb: z.literal('etc'), files: z.array(EtcFileAct).min(1).max(etcActLimits.files) }),
]);
export type VerbRequest = z.infer<typeof VerbRequest>;

/** The name of a verb. */
export type Verb = VerbRequest['verb'];
