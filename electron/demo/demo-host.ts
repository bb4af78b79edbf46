import { runDemoCommand } from './commands.ts';
import { answerFacts, readChanges, type Moment } from './facts-answer.ts';
import { answerEtcLook, type DemoInput } from './etc-acts.ts';
import { answerEtc, answerEtcContent } from './etc-answer.ts';
import { answerBoots, answerForensics } from './forensics-answer.ts';
import { answerJournal, followJournal } from './journal-answer.ts';
import { answerPreflight } from './preflight-answer.ts';
import { createDemoShell, type DemoShell, type DemoTerminal } from './demo-shell.ts';
import { createFrameWriter, type FrameWriter, type Output } from './frame-writer.ts';
import { sudoRefusal, type HostSpec } from './host-spec.ts';
import type { HostState } from './host-state.ts';
import { initialState } from './initial-state.ts';
import { createPower } from './power.ts';
import { shellWords } from './shell-words.ts';
import { createUnitActions, rest } from './unit-actions.ts';

export interface DemoHostOptions {
  readonly spec: HostSpec;
  /** When the demo was started, epoch milliseconds. */
  readonly startedAt: number;
  readonly now: () => number;
  /** How long things take: 1 as shown to people, less in tests. */
  readonly pace: number;
  /** The host goes down: its connections end and its port falls silent. Or it is back. */
  readonly onPower: (isUp: boolean) => void;
}

/** What became of a command line: words and an exit code at once, or a shell that waits for its script on stdin. */
export type DemoCommand =
  | { readonly kind: 'ended'; readonly stderr: string; readonly code: number }
  | {
      readonly kind: 'shell';
      /** What is on stdout before the script comes. */
      readonly greeting: string;
      /** Runs the script to its end and resolves with its exit code; aborting `signal` ends it early. `input`: what follows it on stdin. */
      readonly run: (output: Output, signal: AbortSignal, input: DemoInput) => Promise<number>;
    };

/** A simulated host: its state, and what it answers to the scripts that Berth sends. */
export interface DemoHost {
  open(command: string): DemoCommand;
  /** A shell at a terminal. */
  openShell(terminal: DemoTerminal, user: string): DemoShell;
  /** Nothing happens to it any more. */
  dispose(): void;
}

/** How long a blocked `bootc status` keeps a probe waiting: long enough to be seen, shorter than the real limit. */
const BLOCKED_MS = 1_500;
const NOT_REAL = 'demo: this is a simulated host\n';

export function createDemoHost({ spec, startedAt, now, pace, onPower }: DemoHostOptions): DemoHost {
  // Made when somebody asks: thousands of hosts that nobody looks at stay small.
  let state: HostState | null = null;
  const settled = () => (state = units.settle(state ?? initialState(spec, startedAt), now()));
  const power = createPower({
    now,
    pace,
    state: settled,
    goDown(isSoft) {
      settled();
      units.stopAll(now(), !isSoft);
      onPower(false);
    },
    comeBack(boot) {
      state = boot(settled());
      onPower(true);
    },
  });
  const units = createUnitActions({
    now,
    pace,
    state: settled,
    power,
  });
  const isLocked = (at: number) => spec.statusBlocked || units.running(at).length > 0;

  async function facts(writer: FrameWriter, signal: AbortSignal): Promise<number> {
    if (isLocked(now()) && spec.kind === 'bootc' && spec.backend === 'ostree') await rest(BLOCKED_MS * pace, signal);
    const moment: Moment = { now: now(), startedAt };
    answerFacts(settled(), moment, isLocked(moment.now), writer, units.running(moment.now));
    return 0;
  }

  async function run(call: ScriptCall, output: Output, signal: AbortSignal, input: DemoInput): Promise<number> {
    const writer = createFrameWriter(call.nonce, output);
    switch (call.script) {
      case 'probes/facts':
        return facts(writer, signal);
      case 'probes/forensics': {
        const [, scope = 'report'] = call.args;
        answerForensics(settled(), { now: now(), startedAt }, { isRoot: call.isRoot, scope }, writer);
        return 0;
      }
      case 'probes/journal':
        answerJournal(settled(), { now: now(), startedAt }, call.isRoot, call.args, writer);
        return 0;
      case 'probes/journal-boots':
        answerBoots(settled(), { now: now(), startedAt }, call.isRoot, writer);
        return 0;
      case 'probes/journal-follow': {
        const moment = () => ({ now: now(), startedAt });
        return followJournal(
          settled,
          moment,
          call.isRoot,
          call.args,
          { writer, nonce: call.nonce, raw: output },
          signal,
        );
      }
      case 'probes/preflight': {
        const [, verb = '', registry = '', image = ''] = call.args;
        const question = { isRoot: call.isRoot, verb, registry, image, operations: units.running(now()) };
        answerPreflight(settled(), { now: now() }, question, writer);
        return 0;
      }
      case 'probes/etc':
        answerEtc(settled(), call.args, call, writer);
        return 0;
      case 'probes/etc-content':
        answerEtcContent(settled(), call.args, call, writer);
        return 0;
      case 'probes/etc-look':
        await answerEtcLook(settled, input, writer);
        return 0;
      case 'actions/etc-prepare':
        await units.prepareEtc(writer, call.args, input);
        return 0;
      case 'probes/changes':
        writer.frame('changes', { stdout: readChanges(settled()) });
        return 0;
      case 'probes/boot':
        units.boot(writer, call.args);
        return 0;
      case 'actions/run':
        return runLine(call, writer, signal, input);
      case 'actions/start':
        units.start(writer, call.args);
        return 0;
      case 'actions/follow':
        return units.follow(writer, call.args, signal);
      case 'actions/cancel':
        units.cancel(writer, call.args);
        return 0;
      default:
        output.stderr(NOT_REAL);
        return 127;
    }
  }

  /** A command of a person. It is ended when the stdin ends. */
  async function runLine(
    call: ScriptCall,
    writer: FrameWriter,
    signal: AbortSignal,
    input: DemoInput,
  ): Promise<number> {
    const wait = (ms: number) =>
      Promise.race([rest(ms * pace, signal).then(() => !signal.aborted), input().then(() => false)]);
    const context = { state: settled(), isRoot: call.isRoot, user: 'admin', now: now(), wait };
    writer.frame('run', await runDemoCommand(call.args.join('\n'), context));
    return 0;
  }

  return {
    openShell: (terminal, user) =>
      createDemoShell({
        ...{ terminal, user, startedAt },
        context(signal) {
          const wait = (ms: number) => rest(ms * pace, signal).then(() => !signal.aborted);
          return { state: settled(), isRoot: false, user, now: now(), wait };
        },
      }),
    open(command) {
      const call = scriptCall(command);
      if (!call) return { kind: 'ended', stderr: NOT_REAL, code: 127 };
      if (call.isRoot && spec.sudo === 'refused') return { kind: 'ended', stderr: `${sudoRefusal(spec)}\n`, code: 1 };
      if (!call.isRoot && call.script.startsWith('actions/') && call.script !== 'actions/run') {
        return { kind: 'ended', stderr: 'mkdir: cannot create directory ‘/run/berth’: Permission denied\n', code: 1 };
      }
      return {
        kind: 'shell',
        greeting: call.isRoot ? `${call.nonce} ready\n` : '',
        run: (output, signal, input) => run(call, output, signal, input),
      };
    },
    dispose: power.dispose,
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
