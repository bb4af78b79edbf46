import * as z from 'zod';
import { BerthError } from '../../../shared/errors/failure.ts';
import { defaultEtcRules, effectiveRules } from '../../../shared/logic/etc-noise.ts';
import { EtcRules } from '../../../shared/model/etc.ts';
import type { JsonFile } from '../store/json-file.ts';

/** What replaces the default rules of noise: for the fleet, and for hosts by id. */
export const EtcRulesFile = z.object({
  fleet: EtcRules.nullable(),
  hosts: z.record(z.string(), EtcRules),
});
export type EtcRulesFile = z.infer<typeof EtcRulesFile>;

/** The rules as they are set, each null where nothing is. */
export interface SetRules {
  readonly defaults: EtcRules;
  readonly fleet: EtcRules | null;
  readonly host: EtcRules | null;
}

/** Which paths are expected to differ. */
export interface EtcRuleBook {
  /** `hostId` null: the fleet's alone. */
  of(hostId: string | null): SetRules;
  /** Those that hold for a host. */
  effective(hostId: string): EtcRules;
  /** For the fleet (`hostId` null) or a host; null takes what is above again. Rejects with `input.host-unknown`, `store.*`. */
  set(hostId: string | null, rules: EtcRules | null): Promise<void>;
  /** Calls back when rules have changed, here or by another process. */
  onChange(listener: () => void): () => void;
}

export function createEtcRuleBook(file: JsonFile<EtcRulesFile>, isHost: (hostId: string) => boolean): EtcRuleBook {
  const of = (hostId: string | null): SetRules => {
    const { fleet, hosts } = file.read();
    return { defaults: defaultEtcRules, fleet, host: hostId === null ? null : (hosts[hostId] ?? null) };
  };
  return {
    of,
    effective(hostId) {
      const { fleet, host } = of(hostId);
      return effectiveRules(fleet, host);
    },
    async set(hostId, rules) {
      if (hostId !== null && !isHost(hostId)) throw new BerthError('input.host-unknown', { value: hostId });
      await file.update(({ fleet, hosts }) => {
        if (hostId === null) return { fleet: rules, hosts };
        // Hosts that are gone take theirs with them.
        const others = Object.entries(hosts).filter(([id]) => id !== hostId && isHost(id));
        return { fleet, hosts: Object.fromEntries(rules ? [...others, [hostId, rules]] : others) };
      });
    },
    onChange: file.onChange,
  };
}
