import { BerthError } from '../../../shared/errors/failure.ts';
import { sourceLimits } from '../../../shared/model/source.ts';
import { cleanText, lastLine } from '../../../shared/parse/text.ts';
import { childOutput } from '../child-output.ts';

/** Inventory scripts ask clouds. Longer than this nobody waits for a dialog. */
const TIMEOUT_MS = 60_000;

/** The words of a command in one line, for people: quoted where a shell would need it. It is never run as that. */
export function commandLabel(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${cleanText(word).replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
}

/** Runs an inventory command and returns the JSON on its stdout. Rejects with BerthError `source.*`. */
export async function runInventoryCommand(
  words: readonly string[],
  { env, cwd, timeoutMs = TIMEOUT_MS }: { env: NodeJS.ProcessEnv; cwd: string; timeoutMs?: number },
): Promise<unknown> {
  const [program = '', ...rest] = words;
  const command = commandLabel(words);
  const outcome = await childOutput(program, rest, { env, cwd, timeoutMs, maxOutput: sourceLimits.bytes });
  switch (outcome.kind) {
    case 'missing':
      throw new BerthError('source.command-missing', { command, detail: outcome.code });
    case 'late':
      throw new BerthError('source.command-timeout', { command, seconds: timeoutMs / 1000 });
    case 'too-long':
      throw new BerthError('source.too-large', { detail: `more than ${sourceLimits.bytes >> 20} MiB from ${command}` });
    case 'ended':
      if (outcome.code !== 0) {
        const detail = lastLine(outcome.stderr) || lastLine(outcome.stdout) || 'it said nothing';
        throw new BerthError('source.command-failed', { command, exitCode: outcome.code ?? 'none', detail });
      }
      try {
        return JSON.parse(outcome.stdout) as unknown;
      } catch (error) {
        const detail = outcome.stdout.trim() === '' ? 'it printed nothing' : cleanText(String(error), 200);
        throw new BerthError('source.format', { file: command, detail }, error);
      }
  }
}
