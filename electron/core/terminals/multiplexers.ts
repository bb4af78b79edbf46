import { text as textOf } from 'node:stream/consumers';
import { Multiplexer } from '../../../shared/model/terminal.ts';
import { shellQuote } from '../ssh/shell-quote.ts';
import type { SshConnection } from '../ssh/ssh-connection.ts';

const sh = (script: string) => `sh -c ${shellQuote(script)}`;

/** How a shell of a host is had in one of them: in the session that there is, else in a new one. Constant words all through. */
export const ATTACH_COMMANDS: Readonly<Record<Multiplexer, string>> = {
  tmux: sh('tmux has-session 2>/dev/null && exec tmux attach-session; exec tmux new-session -s berth'),
  screen: sh('exec screen -xRR'),
};

const LOOK = sh('command -v tmux; command -v screen');
/** A path a line, and there are two. */
const ANSWER_LIMIT = 16 * 1024;

/** Which of them a host has. None where that cannot be told. */
export async function findMultiplexers(connection: SshConnection): Promise<readonly Multiplexer[]> {
  const channel = await connection.exec(LOOK);
  channel.stdin.end();
  channel.stderr.resume();
  const names = (await textOf(channel.stdout))
    .slice(0, ANSWER_LIMIT)
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('/') + 1));
  return Multiplexer.options.filter((name) => names.includes(name));
}
