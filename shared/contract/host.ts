import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { Failure } from '../model/failure.ts';
import { HostDetail } from '../model/fleet.ts';
import { Host, HostInput } from '../model/host.ts';
import { hostLimits } from '../model/host-limits.ts';
import { HostKeyChange } from '../model/host-key-change.ts';
import { SudoRules } from '../model/sudo-rules.ts';
import { base } from './errors.ts';

const byId = z.object({ id: z.string() });

/** Input that was not taken: a failure for each field at fault. */
const fields = {
  FIELDS: { status: 422, data: z.object({ fields: z.partialRecord(z.keyof(HostInput), Failure) }) },
} as const;

export const host = {
  /** Adds a host to the inventory. A host with the same address, port and user is returned instead of added twice. */
  add: base
    .errors(fields)
    .input(z.object({ host: HostInput }))
    .output(Host),
  update: base
    .errors(fields)
    .input(z.object({ id: z.string(), host: HostInput }))
    .output(Host),
  /** Removes hosts and returns them, so that `restore` can undo it. Their history stays. */
  remove: base.input(z.object({ ids: z.array(z.string()).min(1).max(5000) })).output(z.array(Host)),
  restore: base.input(z.object({ hosts: z.array(Host).min(1).max(5000) })),
  /** Everything about one host, again whenever something of it changes. */
  watch: base.input(byId).output(eventIterator(HostDetail)),
  /** Connects and reads the facts; also after a failure that is not tried again by itself. */
  connect: base.input(byId),
  disconnect: base.input(byId),
  refresh: base.input(byId),
  /** Asks for the sudo password (a prompt), then reads the facts again with it. */
  unlockSudo: base.input(byId),
  /**
   * Asks once for a sudo password that is the same on several hosts; the question names them all. The first host tries it alone, so
   * that a wrong one is refused once and not on every host. Fails as `unlockSudo` does for the first host.
   */
  unlockSudoOnAll: base.input(z.object({ ids: z.array(z.string()).min(1).max(5000) })),
  /**
   * Replaces a changed host key: only while the host is refused for exactly the key whose `fingerprint` was shown, and with the
   * name of the host typed. `inUserFile`: also in the known_hosts of the user, of which a copy is kept. Connects to nothing.
   */
  replaceKey: base
    .input(
      z.object({
        id: z.string(),
        typedName: z.string().max(hostLimits.name),
        fingerprint: z.string().max(200),
        inUserFile: z.boolean(),
      }),
    )
    .output(HostKeyChange),
  /** The replacements of a host's key, newest first. */
  keyChanges: base.input(byId).output(z.array(HostKeyChange)),
  /** Rules for sudo that allow exactly what Berth runs for reading, as text for a file in /etc/sudoers.d of the host. */
  sudoRules: base.input(byId).output(SudoRules),
};
