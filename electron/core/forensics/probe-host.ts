import { BerthError } from '../../../shared/errors/failure.ts';
import type { ParsedFrame } from '../../../shared/parse/frames.ts';
import type { HostAccess } from '../hosts/host-access.ts';
import { asRootOrUser } from '../hosts/root-or-user.ts';
import type { NativeScripts } from '../ssh/native-scripts.ts';
import type { RootAccess } from '../ssh/root-access.ts';
import { runScript } from '../ssh/run-script.ts';

/** Each reader ends itself after 30 s at most; several of them read the whole journal, which may be slow on an old disk. */
const TIMEOUT_MS = 180_000;

/** What of the probe is wanted: what is judged, or also what a bundle has besides. */
export type ProbeScope = 'report' | 'bundle';

/**
 * Runs `native/probes/forensics.sh`: as root where that can be had, else as the login user, who may see the journal too. Rejects with
 * BerthError when the host cannot be reached or has no shell for us.
 */
export async function probeHost(
  hosts: HostAccess,
  scripts: NativeScripts,
  hostId: string,
  scope: ProbeScope,
): Promise<readonly ParsedFrame[]> {
  const connection = await hosts.connect(hostId, 'user');
  const run = async (root: RootAccess | null) => {
    const request = { script: 'probes/forensics', args: ['', scope], root, timeoutMs: TIMEOUT_MS };
    const { frames, stray } = await runScript(connection, scripts, request);
    if (frames.length > 0) return frames;
    const detail = stray.trim().split('\n', 1)[0]?.slice(0, 200) ?? '';
    throw new BerthError('facts.no-shell', { user: connection.target.user, detail: detail || 'no output' });
  };
  return asRootOrUser(hosts, connection, run);
}
