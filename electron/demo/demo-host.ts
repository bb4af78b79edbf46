import { answerFacts, readChanges, type Moment } from './facts-answer.ts';
import { createFrameWriter, type FrameWriter, type Output } from './frame-writer.ts';
import { sudoRefusal, type HostSpec } from './host-spec.ts';
import { initialState } from './host-state.ts';
import { createOperation, type DemoOperation, type OperationFile } from './operations.ts';
import { shellWords } from './shell-words.ts';

export interface DemoHostOptions {
  readonly spec: HostSpec;
  /** When the demo was started, epoch milliseconds. */
  readonly startedAt: number;
  readonly now: () => number;
  /** How long things take: 1 as shown to people, less in tests. */
  readonly pace: number;
}

/** What became of a command line: words and an exit code at once, or a shell that waits for its script on stdin. */
export type DemoCommand =
  | { readonly kind: 'ended'; readonly stderr: string; readonly code: number }
  | {
      readonly kind: 'shell';
      /** What is on stdout before the script comes. */
      readonly greeting: string;
      /** Runs the script to its end and resolves with its exit code; aborting `signal` ends it early. */
      readonly run: (output: Output, signal: AbortSignal) => Promise<number>;
    };

/** A simulated host: its state, and what it answers to the scripts that Berth sends. */
export interface DemoHost {
  open(command: string): DemoCommand;
}

/** How long a blocked `bootc status` keeps a probe waiting: long enough to be seen, shorter than the real limit. */
const BLOCKED_MS = 1_500;
/** The most that `follow.sh` sends of one file at a turn. */
const FOLLOW_TURN = 1_048_576;
/** A follower without news says that it is there this often. */
const SIGN_OF_LIFE_MS = 5_000;
const NOT_REAL = 'demo: this is a simulated host\n';
const files: readonly OperationFile[] = ['stdout', 'stderr', 'progress'];

export function createDemoHost({ spec, startedAt, now, pace }: DemoHostOptions): DemoHost {
  const state = initialState(spec, startedAt);
  const operations = new Map<string, DemoOperation>();

  function settle(): Moment {
    const moment = { now: now(), startedAt };
    for (const operation of operations.values()) operation.settle(state, moment.now);
    return moment;
  }
  const isLocked = (at: number) => spec.statusBlocked || [...operations.values()].some((one) => !one.hasEnded(at));

  async function facts(writer: FrameWriter, signal: AbortSignal): Promise<number> {
    if (isLocked(now()) && spec.kind === 'bootc' && spec.backend === 'ostree') await rest(BLOCKED_MS * pace, signal);
    const moment = settle();
    answerFacts(state, moment, isLocked(moment.now), writer);
    return 0;
  }

  function start({ frame }: FrameWriter, [id = '', bootId = '', , , , verb = '']: readonly string[]): number {
    const unit = `unit=berth-${verb}-${id}\nprogress=${verb === 'upgrade' ? 'yes' : 'no'}\n`;
    if (!isOperationId(id)) frame('start', { stderr: 'not an operation id\n', code: 64 });
    else if (verb !== 'check' && verb !== 'upgrade') frame('start', { stderr: `${verb}: not a verb\n`, code: 64 });
    else if (bootId !== state.bootId) frame('start', { stderr: 'the host was rebooted\n', code: 65 });
    else if (spec.kind !== 'bootc') frame('start', { stderr: 'bootc: not found\n', code: 127 });
    else if (operations.has(id)) frame('start', { stdout: `${unit}again=yes\n` });
    else {
      settle();
      operations.set(id, createOperation(state, verb, now(), pace));
      frame('start', { stdout: `${unit}again=no\n` });
    }
    return 0;
  }

  async function follow(writer: FrameWriter, args: readonly string[], signal: AbortSignal): Promise<number> {
    const [id = '', bootId = '', ...known] = args;
    const { frame } = writer;
    if (!isOperationId(id)) return 64;
    const operation = operations.get(id);
    const say = (...words: readonly string[]) => {
      frame('state', {}, words);
    };
    const offsets = new Map(files.map((file, index) => [file, Number(known[index] ?? 0)]));
    if (bootId !== state.bootId) say('rebooted');
    else if (!operation) say('not-started');
    else {
      say('running');
      for (let spokeAt = now(); !signal.aborted;) {
        const moment = settle();
        let toldAnything = false;
        for (const file of files) {
          const offset = offsets.get(file) ?? 0;
          const fresh = operation.read(file, offset, moment.now).slice(0, FOLLOW_TURN);
          if (fresh === '') continue;
          frame(file, { stdout: fresh }, [String(offset), String(fresh.length)]);
          offsets.set(file, offset + fresh.length);
          toldAnything = true;
        }
        if (toldAnything) continue;
        const exitCode = operation.exitCode(moment.now);
        if (exitCode !== null) {
          say('ended', String(exitCode));
          break;
        }
        if (moment.now - spokeAt > SIGN_OF_LIFE_MS) {
          spokeAt = moment.now;
          say('running');
        }
        await rest(Math.min(operation.nextChangeIn(moment.now) ?? 0, SIGN_OF_LIFE_MS), signal);
      }
    }
    return 0;
  }

  function cancel({ frame }: FrameWriter, [id = '']: readonly string[]): number {
    const operation = operations.get(id);
    operation?.cancel(now());
    frame('cancel', operation ? {} : { stderr: `/run/berth/${id}/unit: No such file or directory\n`, code: 2 });
    return 0;
  }

  async function run(call: ScriptCall, output: Output, signal: AbortSignal): Promise<number> {
    const writer = createFrameWriter(call.nonce, output);
    switch (call.script) {
      case 'probes/facts':
        return facts(writer, signal);
      case 'probes/changes':
        settle();
        writer.frame('changes', { stdout: readChanges(state) });
        return 0;
      case 'actions/start':
        return start(writer, call.args);
      case 'actions/follow':
        return follow(writer, call.args, signal);
      case 'actions/cancel':
        return cancel(writer, call.args);
      default:
        output.stderr(NOT_REAL);
        return 127;
    }
  }

  return {
    open(command) {
      const call = scriptCall(command);
      if (!call) return { kind: 'ended', stderr: NOT_REAL, code: 127 };
      if (call.isRoot && spec.sudo === 'refused') return { kind: 'ended', stderr: `${sudoRefusal(spec)}\n`, code: 1 };
      if (!call.isRoot && call.script.startsWith('actions/')) {
        return { kind: 'ended', stderr: 'mkdir: cannot create directory ‘/run/berth’: Permission denied\n', code: 1 };
      }
      return {
        kind: 'shell',
        greeting: call.isRoot ? `${call.nonce} ready\n` : '',
        run: (output, signal) => run(call, output, signal),
      };
    },
  };
}

interface ScriptCall {
  readonly isRoot: boolean;
  readonly script: string;
  readonly nonce: string;
  readonly args: readonly string[];
}

/** The script that a command line asks for; null for anything else. The two forms: electron/core/ssh/root-shell.ts. */
function scriptCall(command: string): ScriptCall | null {
  const [shell, flag, third, script = '', nonce = '', ...args] = shellWords(command) ?? [];
  const isPlain = flag === '-s' && third === '--';
  const isSudo = flag === '-c' && third?.includes('sudo ') === true;
  if (shell !== 'sh' || !(isPlain || isSudo) || !/^[0-9a-f]{32}$/.test(nonce)) return null;
  return { isRoot: isSudo, script, nonce, args };
}

function isOperationId(id: string): boolean {
  return /^[0-9a-f]{12}$/.test(id);
}

function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
