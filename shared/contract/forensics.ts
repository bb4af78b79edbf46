import * as z from 'zod';
import { Forensics } from '../model/forensics.ts';
import { base } from './errors.ts';

export const forensics = {
  /** Reads what happened at the last boots of a host, and judges it; connects where needed. One round trip, nothing is changed. */
  read: base.input(z.object({ hostId: z.string() })).output(Forensics),
};
