import { constants } from 'node:fs';
import { open, readdir, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What ssh runs for each question (SSH_ASKPASS), with the question as its argument. It leaves the question in a file beside itself
 * and prints what it is answered over a pipe of its own; a refusal makes it fail. A mere notice (`none`) waits until ssh ends it. The
 * folder is for this user alone, and no secret is ever in a file, an argument or the environment.
 */
const HELPER = `#!/bin/sh
umask 077
here=$(dirname -- "$0") || exit 1
mkfifo -- "$here/answer.$$" || exit 1
printf '%s\\n%s' "\${SSH_ASKPASS_PROMPT:-}" "\${1:-}" >"$here/new.$$" || exit 1
mv -- "$here/new.$$" "$here/question.$$" || exit 1
{ IFS= read -r verdict && IFS= read -r value; } <"$here/answer.$$" || exit 1
[ "$verdict" = answer ] || exit 1
printf '%s\\n' "$value"
`;

/** No honest question is longer; a host's own text may be part of it. */
const MAX_QUESTION = 16 * 1024;
const QUESTION = /^question\.(\d+)$/;

/** A question of ssh. `notice`: nothing is to be answered, something is to be done, such as touching a key. */
export interface AskpassQuestion {
  readonly isNotice: boolean;
  readonly text: string;
}

/** The questions of one ssh. */
export interface Askpass {
  /** What SSH_ASKPASS is to be. */
  readonly helper: string;
  /** Looks for new questions; to be called when something in the folder has changed. */
  look(): Promise<void>;
  dispose(): Promise<void>;
}

/** Puts the helper into a private folder. `ask` resolves with the answer, or with null for none, which ssh takes for a refusal. */
export async function createAskpass(
  folder: string,
  ask: (question: AskpassQuestion) => Promise<string | null>,
): Promise<Askpass> {
  const helper = join(folder, 'askpass');
  const pipes = new Set<FileHandle>();
  await writeFile(helper, HELPER, { mode: 0o700, flag: 'wx' });

  async function answer(id: string): Promise<void> {
    const taken = join(folder, `taken.${id}`);
    // Whoever renames it answers it, however often somebody looks.
    await rename(join(folder, `question.${id}`), taken);
    const [hint = '', ...lines] = (await readFile(taken, 'utf8')).slice(0, MAX_QUESTION).split('\n');
    await rm(taken);
    const isNotice = hint === 'none';
    const value = await ask({ isNotice, text: lines.join('\n') });
    if (isNotice) return;
    // For reading as well, so that opening it waits for nobody; and open to the end, so that nothing written is lost.
    const pipe = await open(join(folder, `answer.${id}`), constants.O_RDWR | constants.O_NONBLOCK);
    pipes.add(pipe);
    const isUsable = value !== null && !/[\n\0]/.test(value);
    await pipe.write(isUsable ? `answer\n${value}\n` : 'refused\n\n');
  }

  return {
    helper,
    async look() {
      const names = await readdir(folder).catch(() => []);
      for (const name of names) {
        const id = QUESTION.exec(name)?.[1];
        // Gone: somebody else has taken it, or ssh is over.
        if (id !== undefined) void answer(id).catch(() => undefined);
      }
    },
    async dispose() {
      await Promise.all([...pipes].map((pipe) => pipe.close().catch(() => undefined)));
      pipes.clear();
    },
  };
}
