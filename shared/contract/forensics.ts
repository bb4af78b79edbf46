import * as z from 'zod';
import { Forensics } from '../model/forensics.ts';
import { base } from './errors.ts';

/** How many hosts one bundle takes. */
export const MAX_BUNDLE_HOSTS = 100;

export const forensics = {
  /** Reads what happened at the last boots of a host, and judges it; connects where needed. One round trip, nothing is changed. */
  read: base.input(z.object({ hostId: z.string() })).output(Forensics),
  /**
   * An incident bundle of hosts, for saving: `base64` is a tar.gz. `masked`: how many secrets were masked. `notRead`: names of hosts
   * that could not be read; what Berth knew of them is in it.
   */
  bundle: base.input(z.object({ hostIds: z.array(z.string()).min(1).max(MAX_BUNDLE_HOSTS) })).output(
    z.object({
      fileName: z.string(),
      base64: z.string(),
      files: z.number(),
      masked: z.number(),
      notRead: z.array(z.string()),
    }),
  ),
};
