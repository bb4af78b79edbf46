import { BerthError } from '../../../shared/errors/failure.ts';
import type { ForecastHints } from '../../../shared/logic/forecast.ts';
import { registryOf } from '../../../shared/logic/preflight-registry.ts';
import { pulledImage } from '../../../shared/logic/preflight-check.ts';
import { bytesToFetch } from '../../../shared/logic/preflight-space.ts';
import { preflightChecks } from '../../../shared/logic/preflight.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import type { Preflight } from '../../../shared/model/preflight.ts';
import type { VerbRequest } from '../../../shared/model/verb.ts';
import { parsePreflight } from '../../../shared/parse/preflight.ts';
import type { NativeScripts } from '../ssh/native-scripts.ts';
import type { RootAccess } from '../ssh/root-access.ts';
import { runScript } from '../ssh/run-script.ts';
import type { SshConnection } from '../ssh/ssh-connection.ts';

/** From the question to the last answer; every reader ends itself before that. */
const TIMEOUT_MS = 20_000;

/** A host that is asked whether a verb can be done on it. */
export interface PreflightAccess {
  readonly connection: SshConnection;
  readonly scripts: NativeScripts;
  /** How root is had; with `none` the login user asks, and what that cannot see is unknown. */
  readonly root: RootAccess;
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
}

/** What is known already, so that the host need not be asked. */
export interface PreflightHints extends ForecastHints {
  readonly bytesToFetch: number | null;
}

/**
 * Looks at everything that could stop a verb, in one round trip that changes nothing. `facts` are the newest of the host. Rejects as
 * `runScript` does; what could not be found out on a host that answers is in the checks.
 */
export async function runPreflight(
  { connection, scripts, root, now, signal }: PreflightAccess,
  request: VerbRequest,
  facts: HostFacts,
  hints: PreflightHints = { etcBlockers: null, bytesToFetch: null },
): Promise<Preflight> {
  const askedAt = now();
  let clockAt: number | null = null;
  const result = await runScript(connection, scripts, {
    script: 'probes/preflight',
    args: ['', request.verb, registryOf({ request, facts })?.host ?? '', remoteImage({ request, facts })],
    root: root.kind === 'none' ? null : root,
    timeoutMs: TIMEOUT_MS,
    signal,
    onFrameEnd: () => {
      clockAt ??= now();
      return undefined;
    },
  });
  if (result.frames.length === 0) {
    throw new BerthError('facts.no-shell', { user: connection.target.user, detail: result.stray.trim().slice(0, 200) });
  }
  const checkedAt = now();
  const probe = parsePreflight(result.frames, checkedAt);
  const hostTime = probe.hostTime.state === 'known' ? probe.hostTime.value : null;
  const skewMs = hostTime === null ? null : clockSkew(hostTime, askedAt, clockAt ?? checkedAt);
  const toFetch = hints.bytesToFetch ?? bytesToFetch(probe);
  return { checkedAt, checks: preflightChecks({ request, facts, probe, skewMs, ...hints, bytesToFetch: toFetch }) };
}

/** The image that a registry is asked about; empty: none is, as no registry is known. */
function remoteImage(asked: Parameters<typeof registryOf>[0]): string {
  return registryOf(asked) ? (pulledImage(asked)?.image ?? '') : '';
}

/**
 * How far the host's clock is ahead (behind: negative), if it was read between two moments of ours; 0 where it fits in. The host
 * tells whole seconds.
 */
export function clockSkew(hostTime: number, askedAt: number, answeredAt: number): number {
  if (hostTime > answeredAt) return hostTime - answeredAt;
  const end = hostTime + 999;
  return end < askedAt ? end - askedAt : 0;
}
