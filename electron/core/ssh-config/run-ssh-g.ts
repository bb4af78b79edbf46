import { BerthError } from '../../../shared/errors/failure.ts';
import { splitWords } from '../../../shared/parse/ssh-config-lines.ts';
import { cleanLines } from '../../../shared/parse/text.ts';
import { childOutput } from '../child-output.ts';
import type { SshWish } from '../ssh/ssh-route.ts';
import type { SshOptions } from './effective-options.ts';

/** `Match exec` and canonical names may take their time; longer than this nobody would wait for `ssh` either. */
const TIMEOUT_MS = 15_000;
/** An honest answer has some 10 KB. */
const MAX_OUTPUT = 1024 * 1024;
/** Of what ssh says when it fails. */
const MAX_DETAIL = 400;
/** Stands for the hop before: `ProxyJump none` would not keep a ProxyCommand out. */
export const HOP_BEFORE = 'berth-hop-before';
/** What ssh -G prints as a list in one line. */
const LISTS: ReadonlySet<string> = new Set(['userknownhostsfile', 'globalknownhostsfile']);

export interface SshGOptions {
  readonly program: string;
  /** Another configuration than the user's and the system's; `none` for no file at all. Null: those. */
  readonly configFile: string | null;
  readonly env: NodeJS.ProcessEnv;
  /** As `ssh -J` with another host before it: neither ProxyJump nor ProxyCommand of its own count. */
  readonly isBehindAnother?: boolean;
  readonly timeoutMs?: number;
}

/**
 * Asks `ssh -G` what it would do, which runs the commands of `Match exec`. The address must be fit for ssh (`isAlias`), the user as
 * well (`isUserName`). Resolves with null when there is no such program; rejects with `config.ssh-failed` or `config.ssh-timeout`.
 */
export async function runSshG(
  wish: Pick<SshWish, 'address' | 'port' | 'user'>,
  { program, configFile, env, isBehindAnother = false, timeoutMs = TIMEOUT_MS }: SshGOptions,
): Promise<SshOptions | null> {
  const words = [
    '-G',
    '-T',
    ...(configFile === null ? [] : ['-F', configFile]),
    ...(isBehindAnother ? ['-J', HOP_BEFORE] : []),
    ...(wish.port === null ? [] : ['-p', String(wish.port)]),
    ...(wish.user === null ? [] : ['-l', wish.user]),
    '--',
    wish.address,
  ];
  const outcome = await childOutput(program, words, { env, timeoutMs, maxOutput: MAX_OUTPUT });
  const name = wish.address;
  switch (outcome.kind) {
    case 'missing':
      if (outcome.code === 'ENOENT') return null;
      throw new BerthError('config.ssh-failed', { name, detail: outcome.code });
    case 'late':
      throw new BerthError('config.ssh-timeout', { name, seconds: timeoutMs / 1000 });
    case 'too-long':
      throw new BerthError('config.ssh-failed', { name, detail: 'its answer is too long' });
    case 'ended':
      if (outcome.code !== 0) throw failed(name, outcome.stderr, outcome.code);
      return parseSshG(outcome.stdout);
  }
}

function failed(name: string, said: string, code: number | null): BerthError {
  const detail = cleanLines(said, 20).slice(-3).join(' · ').slice(0, MAX_DETAIL);
  const loop = /jumphost loop via (\S+)/.exec(detail);
  if (loop) return new BerthError('config.jump-loop', { name, chain: `${name} → ${loop[1] ?? name}` });
  return new BerthError('config.ssh-failed', { name, detail: detail || `it ended with ${code}` });
}

/** The output of `ssh -G`: a keyword and its value a line; keywords that add up come several times. */
export function parseSshG(output: string): SshOptions {
  const options = new Map<string, readonly string[]>();
  for (const line of output.split('\n')) {
    const [, keyword = '', value = ''] = /^(\S+) (.*?)\r?$/.exec(line) ?? [];
    if (keyword === '') continue;
    const key = keyword.toLowerCase();
    const values = LISTS.has(key) ? splitPaths(value) : [value];
    options.set(key, [...(options.get(key) ?? []), ...values]);
  }
  return options;
}

/** ssh prints paths with blanks in them without quotes: a word that begins no path goes on with the one before. */
function splitPaths(value: string): readonly string[] {
  const paths: string[] = [];
  for (const word of splitWords(value) ?? [value]) {
    const before = paths.at(-1);
    if (before === undefined || /^(?:[/~%$]|[a-z]:|__|none$)/i.test(word)) paths.push(word);
    else paths[paths.length - 1] = `${before} ${word}`;
  }
  return paths;
}
