import { outcomeText } from '../../../shared/logic/outcome.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { createLogView } from './log-view.ts';
import { viewOf, type LogSourceFiles } from './open-log.ts';
import { logSources } from './operation-files.ts';
import { streamRecords, tailOffsets } from './record-stream.ts';

/** What an export holds at most, in characters of text; more is cut from the front (see the contract). */
export const MAX_EXPORT = 64 * 1024 * 1024;

export interface ExportedLog {
  readonly fileName: string;
  readonly text: string;
}

/** The whole log so far as plain text, with a head that says what it is the log of. */
export async function exportLog(
  operation: Operation,
  source: LogSourceFiles,
  limit = MAX_EXPORT,
): Promise<ExportedLog> {
  const { files, pulse } = source;
  const { from, isCut } = await tailOffsets(files, logSources, limit);
  const view = createLogView({ target: 'file', skipPartial: isCut });
  const { signal } = new AbortController();
  const records = streamRecords({ files, sources: logSources, from, pulse, isEnded: () => true, signal });
  const parts: string[] = [];
  let length = 0;
  let dropped = isCut;
  for await (const text of viewOf(view, records)) {
    parts.push(text);
    length += text.length;
    // Times and sources make the text longer than the bytes.
    for (let first = parts[0]; first !== undefined && length - first.length >= limit; first = parts[0]) {
      parts.shift();
      length -= first.length;
      dropped = true;
    }
  }
  const { plan } = operation;
  const head = [
    `Operation  ${operation.id}, ${plan.request.verb} of ${plan.hostName} (${operation.target})`,
    `Started    ${iso(operation.startedAt)} by ${operation.startedBy}`,
    ...plan.commands.map((command) => `Command    ${command}`),
    `Ended      ${operation.endedAt === null ? 'not yet' : iso(operation.endedAt)}`,
    `Exit code  ${operation.exitCode === null ? 'not known' : String(operation.exitCode)}`,
    `Outcome    ${operation.outcome ? outcomeText(operation.outcome) : 'none yet'}`,
    ...(dropped ? ['Only the end of the log follows: it is too long to be saved whole.'] : []),
  ];
  const host = plan.hostName.replaceAll(/[^\w.-]+/g, '-');
  return {
    fileName: `berth-${plan.request.verb}-${host}-${operation.id}.log`,
    text: `${head.join('\n')}\n\n${parts.join('')}`,
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
