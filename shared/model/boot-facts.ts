import * as z from 'zod';
import { fact } from './fact.ts';

/**
 * One entry of the boot loader. `kernel` names kernel and initramfs together (ostree's boot checksum); null: not known. `own`: those of the
 * options that Berth had bootc add; left out: none.
 */
export const BootEntry = z.object({
  options: z.string(),
  kernel: z.string().nullable(),
  own: z.array(z.string()).optional(),
});
export type BootEntry = z.infer<typeof BootEntry>;

/**
 * What ostree writes at shutdown for the staged deployment. `arguments` null: those of the booted deployment. `kernel` as in
 * `BootEntry`; null: not known.
 */
export const StagedBoot = z.object({ arguments: z.array(z.string()).nullable(), kernel: z.string().nullable() });
export type StagedBoot = z.infer<typeof StagedBoot>;

/**
 * What a boot needs besides its deployment; all records go by the deployment's id. `entries` are the boot loader's; `staged` null:
 * nothing is staged, or not by ostree. `imageArguments` are those that the image itself asks for (kargs.d, this architecture);
 * `kernelBytes` the size of kernel and initramfs. `softRebootTarget`: the deployment that the next reboot goes to without the
 * firmware, null: none is prepared.
 */
export const BootFacts = z.object({
  entries: fact(z.record(z.string(), BootEntry)),
  staged: fact(StagedBoot.nullable()),
  imageArguments: fact(z.record(z.string(), z.array(z.string()))),
  kernelBytes: fact(z.record(z.string(), z.number())),
  softRebootTarget: z.string().nullable(),
});
export type BootFacts = z.infer<typeof BootFacts>;

const neverRead = {
  state: 'unknown',
  failure: { code: 'facts.incomplete', params: { section: 'boot' } },
  readAt: 0,
} as const;

/** For facts that were kept before these were read. */
export const bootNeverRead: BootFacts = {
  entries: neverRead,
  staged: neverRead,
  imageArguments: neverRead,
  kernelBytes: neverRead,
  softRebootTarget: null,
};
