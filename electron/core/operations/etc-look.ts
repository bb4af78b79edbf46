import { BerthError } from '../../../shared/errors/failure.ts';
import { etcWord } from '../../../shared/logic/etc-step-lines.ts';
import type { EtcPath } from '../../../shared/model/etc.ts';
import type { HostSnapshot, OperationPlan } from '../../../shared/model/operation.ts';
import { parseEtcLook, type EtcLook } from '../../../shared/parse/etc-look.ts';
import { lastLine } from '../../../shared/parse/text.ts';
import type { HostAccess } from '../hosts/host-access.ts';
import { runScript } from '../ssh/run-script.ts';
import { rootToTry, type ActionContext } from './host-actions.ts';

/** A thousand files are hashed within seconds. */
const TIMEOUT_MS = 60_000;

/**
 * What is at paths of /etc now, above and below them, here and in the booted image. Nothing is changed. Rejects with `etc.not-looked-at`, or
 * as `runScript` does.
 */
export async function lookAtEtc(context: ActionContext, paths: readonly EtcPath[]): Promise<EtcLook> {
  const { connection, scripts, root, signal } = context;
  const input = Buffer.from(paths.map((path) => `${etcWord(path)}\n`).join(''));
  const { frames, stray } = await runScript(connection, scripts, {
    script: 'probes/etc-look',
    args: [String(input.length)],
    input,
    root,
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  const frame = frames.find(({ name }) => name === 'etc');
  const look = frame?.complete && frame.exitCode === 0 ? parseEtcLook(frame.stdout) : null;
  if (look) return look;
  throw new BerthError('etc.not-looked-at', { detail: lastLine(frame?.stderr ?? stray) || 'the host did not answer' });
}

/** A state after an operation, with what that was about in /etc. Rejects as `lookAtEtc` and `HostAccess.connect` do. */
export async function withEtc(
  { hosts, scripts, signal }: Pick<ActionContext, 'scripts' | 'signal'> & { readonly hosts: HostAccess },
  { request, hostId }: OperationPlan,
  after: HostSnapshot,
): Promise<HostSnapshot> {
  if (request.verb !== 'etc') return after;
  const connection = await hosts.connect(hostId, 'background');
  const context = { connection, scripts, root: rootToTry(hosts.rootAccess(hostId)), signal };
  const { found } = await lookAtEtc(
    context,
    request.files.map(({ path }) => path),
  );
  return { ...after, etc: [...found] };
}
