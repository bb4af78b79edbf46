import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { BerthError } from '../../../shared/errors/failure.ts';
import { etcFailure } from '../../../shared/logic/etc-outcome.ts';
import { etcStepLines } from '../../../shared/logic/etc-step-lines.ts';
import { etcSteps } from '../../../shared/logic/etc-steps.ts';
import { etcActLimits } from '../../../shared/model/etc-limits.ts';
import type { OperationPlan } from '../../../shared/model/operation.ts';
import { lastLine } from '../../../shared/parse/text.ts';
import { runScript } from '../ssh/run-script.ts';
import type { EtcContents } from './etc-contents.ts';
import type { ActionContext } from './host-actions.ts';

/** Some megabytes go there and back, perhaps over a slow link. */
const TIMEOUT_MS = 10 * 60_000;

/** Exit codes of the frame `prepare` of `native/actions/etc-prepare.sh`. */
const REBOOTED = 65;
const BEGAN = 66;

/** Where the content that a step has replaced is kept: by the line of the step, from 1 on. */
export const savedFile = (folder: string, line: number) => join(folder, 'saved', String(line));

/**
 * Brings steps and new content of a plan for /etc to its host, has what is there now saved, and brings that home into the folder of the
 * operation, but what may be secret. Safe to repeat. Rejects with `etc.changed` when something is not as it was planned on, `etc.content-gone`,
 * `operation.plan-outdated`, `operation.start-failed`, or as `runScript` does.
 */
export async function prepareEtc(
  { connection, scripts, root, signal }: ActionContext,
  { operationId, before, request }: OperationPlan,
  contents: EtcContents,
  folder: string,
): Promise<void> {
  if (request.verb !== 'etc') return;
  const { steps, failure: reason } = etcSteps(request.files, before.etc ?? []);
  if (!steps) throw BerthError.of(reason);
  const { lines, contents: hashes } = etcStepLines(steps, request.files);
  const parts = [Buffer.from(`${lines.join('\n')}\n`)];
  for (const hash of hashes) {
    const content = contents.get(hash);
    if (!content) throw new BerthError('etc.content-gone');
    parts.push(Buffer.from(content));
  }
  const saved = await openSaved(folder);
  const result = await runScript(connection, scripts, {
    script: 'actions/etc-prepare',
    args: [operationId, before.bootId ?? '', ...parts.map(({ length }) => String(length))],
    input: Buffer.concat(parts),
    root,
    timeoutMs: TIMEOUT_MS,
    signal,
    onFrameBegin: (name, args) => (name === 'saved' ? saved.begin(Number(args[0]), Number(args[1])) : undefined),
    onFrameData: (name, bytes) => (name === 'saved' ? saved.append(bytes) : undefined),
    onFrameEnd: (name) => (name === 'saved' ? saved.end() : undefined),
  }).finally(saved.end);
  const frame = result.frames.find(({ name }) => name === 'prepare');
  const isReady = result.frames.some(({ name, complete }) => name === 'ready' && complete);
  if (frame?.exitCode === BEGAN || (frame?.exitCode === 0 && isReady)) return;
  if (!frame?.complete || frame.exitCode === 0) throw new BerthError('facts.incomplete', { section: 'prepare' });
  if (frame.exitCode === REBOOTED) throw new BerthError('operation.plan-outdated');
  const changed = etcFailure(frame.exitCode, frame.stderr);
  if (changed) throw BerthError.of(changed);
  const detail = lastLine(frame.stderr) || `exit code ${String(frame.exitCode)}`;
  throw new BerthError('operation.start-failed', { detail });
}

/** Writes what comes home, for this user alone, and on the disk before anything is changed on the host. */
async function openSaved(folder: string) {
  const dir = join(folder, 'saved');
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true, mode: 0o700 });
  let file: FileHandle | null = null;
  let left = 0;
  let total = 0;
  return {
    async begin(line: number, length: number) {
      total += length;
      if (!Number.isSafeInteger(line) || line < 1 || !(length >= 0) || total > etcActLimits.saved) {
        throw new BerthError('facts.incomplete', { section: 'saved' });
      }
      file = await open(savedFile(folder, line), 'w', 0o600);
      left = length;
    },
    async append(bytes: Uint8Array) {
      // Where a connection is cut, the beginning of a marker looks like data: what was announced is what counts.
      const announced = bytes.subarray(0, left);
      left -= announced.length;
      await file?.appendFile(announced);
    },
    async end() {
      const ended = file;
      file = null;
      try {
        await ended?.datasync();
      } finally {
        await ended?.close();
      }
      if (ended && left > 0) throw new BerthError('facts.incomplete', { section: 'saved' });
    },
  };
}
