import { describe } from '../errors/describe.ts';
import type { Failure } from '../errors/failure.ts';
import type { Fact } from '../model/fact.ts';
import type { HostFacts } from '../model/host-facts.ts';
import type { ImageReference } from '../model/image.ts';
import type { PreflightCheck } from '../model/preflight.ts';
import type { VerbRequest } from '../model/verb.ts';
import type { PreflightProbe } from '../parse/preflight.ts';
import type { ForecastHints } from './forecast.ts';

/** What the checks are made of. `skewMs`: how far the host's clock is ahead of ours (negative: behind); null: not measured. */
export interface PreflightContext extends ForecastHints {
  readonly request: VerbRequest;
  readonly facts: HostFacts;
  readonly probe: PreflightProbe;
  readonly skewMs: number | null;
  /** The compressed size of the layers that a pull has to fetch; null: not known before. */
  readonly bytesToFetch: number | null;
}

/** One check without its name; null: it does not concern this host. */
export type CheckResult = Omit<PreflightCheck, 'name'>;
export type Check = (context: PreflightContext) => CheckResult | null;

/** The image that a verb pulls, null where it pulls none. */
export function pulledImage({ request, facts }: Pick<PreflightContext, 'request' | 'facts'>): ImageReference | null {
  if (request.verb === 'switch') return request.image;
  if (!['check', 'download', 'upgrade'].includes(request.verb)) return null;
  return facts.deployments.state === 'known' ? facts.deployments.value.tracked : null;
}

export function pass(text: string, command: string | null = null): CheckResult {
  return { result: 'pass', text, command, remedy: '' };
}

export function warn(text: string, remedy: string, command: string | null = null): CheckResult {
  return { result: 'warn', text, command, remedy };
}

export function fail(text: string, remedy: string, command: string | null = null): CheckResult {
  return { result: 'fail', text, command, remedy };
}

export function unknown(text: string, reason: Failure | null, command: string | null = null): CheckResult {
  if (!reason) return { result: 'unknown', text, command, remedy: '' };
  const words = describe(reason);
  return { result: 'unknown', text: `${text} ${words.text}`, command, remedy: words.remedy };
}

/** A check over something that was asked: `unknownText` where it could not be had, or was not told. */
export function over<T>(
  fact: Fact<T> | null,
  unknownText: string,
  command: string,
  check: (value: T) => CheckResult | null,
): CheckResult | null {
  if (fact === null) return unknown(unknownText, null, command);
  return fact.state === 'known' ? check(fact.value) : unknown(unknownText, fact.failure, command);
}
