import type { PrivilegeChoice } from '../../../shared/model/host.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import { parseChanges, type Changes } from '../../../shared/parse/changes.ts';
import { parseFacts } from '../../../shared/parse/facts.ts';
import type { NativeScripts } from '../ssh/native-scripts.ts';
import type { RootAccess } from '../ssh/root-access.ts';
import { runScript } from '../ssh/run-script.ts';
import type { SshConnection } from '../ssh/ssh-connection.ts';

/** The whole probe: its two slow readers end themselves after 20 s each, the others are quick unless the host is ill. */
const FACTS_TIMEOUT_MS = 90_000;
const CHANGES_TIMEOUT_MS = 15_000;

/**
 * Reads all facts of a host in one round trip. `root` is how root is had: only a held sudo password runs the whole probe
 * as root, else the probe itself tries, by `privilege`, what needs no password for the readers that need it. Rejects with BerthError.
 */
export async function readFacts(
  connection: SshConnection,
  scripts: NativeScripts,
  root: RootAccess,
  now: () => number,
  privilege: PrivilegeChoice = 'auto',
): Promise<HostFacts> {
  const startedAt = now();
  const result = await runScript(connection, scripts, {
    script: 'probes/facts',
    args: ['', privilege],
    root: root.kind === 'sudo-password' ? root : null,
    timeoutMs: FACTS_TIMEOUT_MS,
  });
  if (result.frames.length === 0) {
    throw new BerthError('facts.no-shell', { user: connection.target.user, detail: firstLine(result.stray) });
  }
  const readAt = now();
  return parseFacts(result.frames, {
    readAt,
    durationMs: readAt - startedAt,
    root: root.kind,
    user: connection.target.user,
  });
}

/** The cheap question whether anything changed since the facts were read; null when the host did not answer it. */
export async function readChanges(connection: SshConnection, scripts: NativeScripts): Promise<Changes | null> {
  const { frames } = await runScript(connection, scripts, {
    script: 'probes/changes',
    args: [],
    root: null,
    timeoutMs: CHANGES_TIMEOUT_MS,
  });
  return parseChanges(frames);
}

/** True when the deployments may have changed since, or something ran that is to be over, or keeps bootc from answering. */
export function isOutdated({ identity, stamps, bootcFailure, operations }: HostFacts, changes: Changes): boolean {
  const bootId = identity.state === 'known' ? identity.value.bootId : null;
  const isBusy = operations.state === 'known' && operations.value.length > 0;
  if (isBusy || bootcFailure?.code === 'facts.status-blocked') return true;
  return stamps !== changes.stamps || bootId !== changes.bootId;
}

function firstLine(text: string): string {
  const [line = ''] = text.trim().split('\n', 1);
  return line === '' ? 'no output' : line.slice(0, 200);
}
