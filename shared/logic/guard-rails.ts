import { failure, type Failure } from '../errors/failure.ts';
import type { Host } from '../model/host.ts';
import type { Settings } from '../model/settings.ts';
import type { Verb, VerbRequest } from '../model/verb.ts';

/** The settings that guard hosts. */
export type GuardSettings = Pick<Settings, 'readOnlyMode' | 'productionTags'>;

/** What a start wants besides its plan: nothing, the host's name typed by hand, or it is refused. */
export type Guard =
  | { readonly kind: 'none' }
  | { readonly kind: 'typed-name'; readonly name: string; readonly tag: string }
  | { readonly kind: 'refused'; readonly failure: Failure };

/** What takes a production host out of service, or has it boot something else. */
const WANTS_NAME: ReadonlySet<Verb> = new Set<Verb>(['reboot', 'soft-reboot', 'switch', 'rollback']);

/**
 * What stands between a plan and its start. In read-only mode nothing is started on any host, not even what only looks: a check is a
 * unit on the host too. On a host with a production tag the verbs that interrupt it want its name typed.
 */
export function guardOf(
  settings: GuardSettings,
  host: Pick<Host, 'name' | 'tags'>,
  request: Pick<VerbRequest, 'verb'>,
): Guard {
  if (settings.readOnlyMode) return { kind: 'refused', failure: failure('guard.read-only') };
  return WANTS_NAME.has(request.verb) ? productionGuard(settings, host) : { kind: 'none' };
}

/** The same for what may do anything, such as a command that somebody writes: a production host wants its name typed each time. */
export function productionGuard(settings: GuardSettings, host: Pick<Host, 'name' | 'tags'>): Guard {
  if (settings.readOnlyMode) return { kind: 'refused', failure: failure('guard.read-only') };
  const tag = productionTag(settings, host.tags);
  return tag === null ? { kind: 'none' } : { kind: 'typed-name', name: host.name, tag };
}

/** Why a start with this typed name may not go on; null when it may. The name must be exactly the host's. */
export function guardRefusal(guard: Guard, typedName: string | null): Failure | null {
  if (guard.kind === 'refused') return guard.failure;
  if (guard.kind === 'none' || typedName === guard.name) return null;
  return failure('guard.name-not-typed', { host: guard.name, tag: guard.tag });
}

/** The tag that makes a host a production host, as the host spells it; null: it is none. Case does not matter. */
export function productionTag(
  { productionTags }: Pick<GuardSettings, 'productionTags'>,
  tags: readonly string[],
): string | null {
  if (productionTags.length === 0) return null;
  const wanted = new Set(productionTags.map((tag) => tag.toLowerCase()));
  return tags.find((tag) => wanted.has(tag.toLowerCase())) ?? null;
}
