import { oc } from '@orpc/contract';
import { Failure } from '../model/failure.ts';

/** The base of every procedure: whatever goes wrong reaches the page as one typed error with a Failure in it. */
export const base = oc.errors({ FAILURE: { status: 400, data: Failure } });
