import * as z from 'zod';
import { PrivilegeChoice, RecordChoice, TransportChoice } from './host.ts';
import { hostLimits } from './host-limits.ts';

/** What a person said about all hosts of a group at once; what is left out is as the settings say. */
export const GroupSettings = z.object({
  name: z.string().min(1).max(hostLimits.group),
  transport: TransportChoice.optional(),
  privilege: PrivilegeChoice.optional(),
  clipboard: z.boolean().optional(),
  record: RecordChoice.optional(),
});
export type GroupSettings = z.infer<typeof GroupSettings>;

/** Who said it: the host itself, its group, or the settings. */
export const ChosenBy = z.enum(['host', 'group', 'default']);
export type ChosenBy = z.infer<typeof ChosenBy>;

/** How a host is reached and root had there, and who said so. */
export const ConnectChoices = z.object({
  transport: z.object({ value: TransportChoice, by: ChosenBy }),
  privilege: z.object({ value: PrivilegeChoice, by: ChosenBy }),
});
export type ConnectChoices = z.infer<typeof ConnectChoices>;

/** What holds for the terminals of a host, and who said so. */
export interface TerminalChoices {
  readonly clipboard: { readonly value: boolean; readonly by: ChosenBy };
  readonly record: { readonly value: RecordChoice; readonly by: ChosenBy };
}
