import { formatSpan } from '../../shared/logic/format.ts';
import { kernelOf, osRelease } from './facts-answer.ts';
import type { HostState } from './host-state.ts';
import { shellWords } from './shell-words.ts';

/** What a command printed, and its exit code. */
export interface DemoOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** What a simulated host knows when it is asked. */
export interface DemoCommandContext {
  readonly state: HostState;
  readonly isRoot: boolean;
  readonly user: string;
  readonly now: number;
  /** Waits; false: the command was ended before. */
  readonly wait: (ms: number) => Promise<boolean>;
}

type DemoCommand = (context: DemoCommandContext, args: readonly string[]) => DemoOutput | Promise<DemoOutput>;

const said = (stdout: string): DemoOutput => ({ stdout: `${stdout}\n`, stderr: '', code: 0 });
const refused = (stderr: string, code: number): DemoOutput => ({ stdout: '', stderr: `${stderr}\n`, code });

/** The commands that simulated hosts know. What they do not know they say they do not have: nothing is made up. */
const commands: Readonly<Record<string, DemoCommand>> = {
  true: () => ({ stdout: '', stderr: '', code: 0 }),
  false: () => ({ stdout: '', stderr: '', code: 1 }),
  echo: (_, args) => said(args.join(' ')),
  hostname: ({ state }) => said(state.spec.name),
  whoami: ({ isRoot, user }) => said(isRoot ? 'root' : user),
  id: ({ isRoot, user }, [flag]) => {
    if (flag === '-u') return said(isRoot ? '0' : '1000');
    if (flag === '-un') return said(isRoot ? 'root' : user);
    return said(
      isRoot
        ? 'uid=0(root) gid=0(root) groups=0(root)'
        : `uid=1000(${user}) gid=1000(${user}) groups=1000(${user}),10(wheel)`,
    );
  },
  pwd: ({ isRoot, user }) => said(isRoot ? '/root' : `/var/home/${user}`),
  date: ({ now }) => said(new Date(now).toUTCString()),
  uname: (context, [flag = '-s']) => {
    const words: Record<string, string> = {
      '-s': 'Linux',
      '-n': context.state.spec.name,
      '-r': kernelOf(context.state),
      '-m': 'x86_64',
    };
    if (flag === '-a') return said(`Linux ${context.state.spec.name} ${kernelOf(context.state)} x86_64 GNU/Linux`);
    const word = words[flag];
    return word === undefined ? refused(`uname: invalid option -- '${flag}'`, 1) : said(word);
  },
  cat: ({ state }, [file = '']) => {
    if (/^\/(?:etc|usr\/lib)\/os-release$/.test(file)) return { stdout: osRelease(state), stderr: '', code: 0 };
    if (file === '/etc/hostname') return said(state.spec.name);
    return refused(`cat: ${file}: No such file or directory`, 1);
  },
  systemctl: ({ state }, [verb = '--failed', unit = '']) => {
    const failed = state.failedUnits;
    if (verb === 'is-system-running') {
      return { stdout: failed.length > 0 ? 'degraded\n' : 'running\n', stderr: '', code: failed.length > 0 ? 1 : 0 };
    }
    if (verb === 'is-failed' && unit !== '') {
      return failed.includes(unit) ? said('failed') : { stdout: 'inactive\n', stderr: '', code: 1 };
    }
    if (verb === '--failed')
      return { stdout: failed.map((each) => `● ${each} loaded failed failed\n`).join(''), stderr: '', code: 0 };
    return refused(`Unknown command verb ${verb}.`, 1);
  },
  sleep: async ({ wait }, [seconds = '0']) =>
    (await wait(Number(seconds) * 1000)) ? { stdout: '', stderr: '', code: 0 } : { stdout: '', stderr: '', code: 143 },
  uptime: ({ state, now }) => said(`up ${formatSpan(now - state.bootedAt)}`),
};

/** Answers a command line of plain and quoted words, joined by `;`, `&&` and `||`. */
export async function runDemoCommand(line: string, context: DemoCommandContext): Promise<DemoOutput> {
  let all: DemoOutput = { stdout: '', stderr: '', code: 0 };
  let joint: string | undefined = ';';
  for (const part of line.split(/\s*(&&|\|\||;|\n)\s*/)) {
    if (/^(&&|\|\||;|\n)$/.test(part)) {
      joint = part;
      continue;
    }
    const isSkipped = (joint === '&&' && all.code !== 0) || (joint === '||' && all.code === 0) || part === '';
    if (isSkipped) continue;
    const next = await runSimple(part, context);
    all = { stdout: all.stdout + next.stdout, stderr: all.stderr + next.stderr, code: next.code };
    if (next.code === 143) return all;
  }
  return all;
}

function runSimple(line: string, context: DemoCommandContext): DemoOutput | Promise<DemoOutput> {
  const [name = '', ...args] = shellWords(line) ?? [];
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command) return command(context, args);
  return refused(
    `sh: ${name === '' ? line : name}: not found (this is a simulated host; it knows ${Object.keys(commands).join(', ')})`,
    127,
  );
}
