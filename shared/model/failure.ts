import * as z from 'zod';
import { catalogue } from '../errors/catalogue.ts';
import type { FailureCode } from '../errors/failure.ts';
import { AuthAttempt } from './auth-attempt.ts';

/**
 * What went wrong, as it crosses every border inside Berth: a code and the values its text needs.
 * Text and remedy are made at the edge by `describe()`. Params are plain text from hosts or files:
 * they are shown, never executed, and never hold a secret. `attempts`: of a refused login, what became of every way in.
 */
export const Failure = z.object({
  code: z.custom<FailureCode>((value) => typeof value === 'string' && Object.hasOwn(catalogue, value)),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  attempts: z.array(AuthAttempt).max(500).readonly().optional(),
});
export type Failure = z.infer<typeof Failure>;
