import * as z from 'zod';
import { Remember } from './secret.ts';

const question = { id: z.string(), hostId: z.string().nullable(), hostName: z.string(), askedAt: z.number() };

/**
 * A question to the user that a connection waits for. Questions of one host come one after another.
 * Texts of `keyboard-interactive` come from the host: plain text, never markup.
 */
export const Prompt = z.discriminatedUnion('kind', [
  z.object({
    ...question,
    kind: z.literal('host-key'),
    address: z.string(),
    port: z.number(),
    keyType: z.string(),
    fingerprint: z.string(),
    /** What to run at the console of the host to see the same fingerprint. */
    command: z.string(),
  }),
  z.object({ ...question, kind: z.literal('passphrase'), keyFile: z.string() }),
  z.object({ ...question, kind: z.literal('password'), user: z.string(), address: z.string() }),
  z.object({
    ...question,
    kind: z.literal('keyboard-interactive'),
    user: z.string(),
    address: z.string(),
    title: z.string(),
    instruction: z.string(),
    fields: z.array(z.object({ label: z.string(), echo: z.boolean() })),
  }),
  /** `hosts`: the names of all hosts that the one answer is for; left out: `hostName` alone. */
  z.object({
    ...question,
    kind: z.literal('sudo-password'),
    user: z.string(),
    hosts: z.array(z.string()).readonly().optional(),
  }),
]);
export type Prompt = z.infer<typeof Prompt>;

/**
 * An answer. `accept-host-key` fits host-key prompts, `secrets` (one a field, in order) all others, `cancel` every one.
 * `remember`: the answer to `password`, `sudo-password` or `passphrase` may be used again; left out: it may not, beyond what was asked.
 */
export const PromptAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('accept-host-key'), saveTo: z.enum(['berth', 'user']) }),
  z.object({
    kind: z.literal('secrets'),
    values: z.array(z.string().max(4096)).max(16),
    remember: Remember.optional(),
  }),
  z.object({ kind: z.literal('cancel') }),
]);
export type PromptAnswer = z.infer<typeof PromptAnswer>;
