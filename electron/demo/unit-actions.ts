import type { DemoCall } from './decision.ts';
import { hasTool } from './decide-verb.ts';
import { answerEtcPrepare, type DemoEtcWork, type DemoInput } from './etc-acts.ts';
import type { FrameWriter } from './frame-writer.ts';
import type { HostState } from './host-state.ts';
import type { Power } from './power.ts';
import { createOperation, type DemoOperation, type OperationFile } from './operations.ts';

/** What the scripts of `native/actions` need to know of the simulated host they run on. */
export interface UnitHost {
  readonly now: () => number;
  readonly pace: number;
  /** The host as it is now, after all that has ended. */
  state(): HostState;
  /** What reboots it. */
  readonly power: Power;
}

/** Answers the scripts of `native/actions`, and keeps what they keep below /run/berth. */
export interface UnitActions {
  start(writer: FrameWriter, args: readonly string[]): void;
  prepareEtc(writer: FrameWriter, args: readonly string[], input: DemoInput): Promise<void>;
  /** Resolves with the exit code. */
  follow(writer: FrameWriter, args: readonly string[], signal: AbortSignal): Promise<number>;
  cancel(writer: FrameWriter, args: readonly string[]): void;
  /** `native/probes/boot.sh`: where the host is on its way through a reboot. */
  boot(writer: FrameWriter, args: readonly string[]): void;
  /** The operations that run, as whoever looks below /run/berth finds them. */
  running(at: number): readonly { readonly id: string; readonly verb: string }[];
  /** The host as the units that have ended left it. */
  settle(state: HostState, at: number): HostState;
  /** Ends all units; `isRunLost`: /run is another one afterwards. */
  stopAll(at: number, isRunLost: boolean): void;
}

/** The most that `follow.sh` sends of one file at a turn. */
const FOLLOW_TURN = 1_048_576;
/** A follower without news says that it is there this often. */
const SIGN_OF_LIFE_MS = 5_000;
const files: readonly OperationFile[] = ['stdout', 'stderr', 'progress'];

export function createUnitActions({ now, pace, state, power }: UnitHost): UnitActions {
  const operations = new Map<string, DemoOperation>();
  const prepared = new Map<string, DemoEtcWork>();

  async function follow({ frame }: FrameWriter, args: readonly string[], signal: AbortSignal): Promise<number> {
    const [id = '', bootId = '', ...known] = args;
    if (!isOperationId(id)) return 64;
    const operation = operations.get(id);
    const say = (...words: readonly string[]) => {
      frame('state', {}, words);
    };
    if (bootId !== state().bootId) say('rebooted');
    else if (!operation) say('not-started');
    else {
      say('running');
      const offsets = new Map(files.map((file, index) => [file, Number(known[index] ?? 0)]));
      for (let spokeAt = now(); !signal.aborted;) {
        const at = now();
        state();
        let toldAnything = false;
        for (const file of files) {
          const offset = offsets.get(file) ?? 0;
          const fresh = operation.read(file, offset, at).slice(0, FOLLOW_TURN);
          if (fresh === '') continue;
          frame(file, { stdout: fresh }, [String(offset), String(fresh.length)]);
          offsets.set(file, offset + fresh.length);
          toldAnything = true;
        }
        if (toldAnything) continue;
        const exitCode = operation.exitCode(at);
        if (exitCode !== null) {
          say('ended', String(exitCode));
          break;
        }
        if (at - spokeAt > SIGN_OF_LIFE_MS) {
          spokeAt = at;
          say('running');
        }
        await rest(Math.min(operation.nextChangeIn(at) ?? 0, SIGN_OF_LIFE_MS), signal);
      }
    }
    return 0;
  }

  return {
    start({ frame }, args) {
      const [id = '', bootId = '', , , tool = '', verb = '', ...rest] = args;
      const refuse = (stderr: string, code: number) => {
        frame('start', { stderr: `${stderr}\n`, code });
      };
      const host = state();
      const known = operations.get(id);
      if (!isOperationId(id)) refuse('not an operation id', 64);
      else if (bootId !== host.bootId) refuse('the host was rebooted', 65);
      else if (!hasTool(host, tool)) refuse(`${tool}: not found`, 127);
      else if (known) frame('start', { stdout: startLines(known, true) });
      else {
        const call: DemoCall = { tool, verb, args: rest, etc: prepared.get(id) };
        const operation = createOperation(host, call, { id, startedAt: now(), pace });
        operations.set(id, operation);
        if (operation.power) power.ask(operation.power);
        frame('start', { stdout: startLines(operation, false) });
      }
    },
    async prepareEtc(writer, args, input) {
      const [id = ''] = args;
      const work = await answerEtcPrepare(state, args, input, writer);
      if (work) prepared.set(id, work);
    },
    follow,
    cancel({ frame }, [id = '']) {
      const operation = operations.get(id);
      if (operation?.cancel(now()) === false && operation.power) power.cancel();
      frame('cancel', operation ? {} : { stderr: `/run/berth/${id}/unit: No such file or directory\n`, code: 2 });
    },
    boot({ frame }, [id = '']) {
      const host = state();
      const operation = operations.get(id);
      const scheduledAt = power.scheduledAt();
      const lines = [
        `boot-id=${host.bootId}`,
        `now=${String(Math.floor(now() / 1000))}`,
        ...(operation && host.softReboots > operation.softReboots ? ['soft-rebooted=yes'] : []),
        ...(scheduledAt === null ? [] : [`scheduled=${String(Math.round(scheduledAt * 1000))}`]),
        `state=${host.failedUnits.length > 0 ? 'degraded' : 'running'}`,
      ];
      frame('boot', { stdout: `${lines.join('\n')}\n` });
    },
    running: (at) => [...operations].filter(([, one]) => !one.hasEnded(at)).map(([id, { verb }]) => ({ id, verb })),
    settle: (before, at) => [...operations.values()].reduce((host, one) => one.settle(host, at), before),
    stopAll(at, isRunLost) {
      for (const operation of operations.values()) operation.cancel(at);
      if (isRunLost) {
        operations.clear();
        prepared.clear();
      }
    },
  };
}

function startLines({ unit, reportsProgress }: DemoOperation, again: boolean): string {
  const word = (yes: boolean) => (yes ? 'yes' : 'no');
  return `unit=${unit}\nprogress=${word(reportsProgress)}\nagain=${word(again)}\n`;
}

function isOperationId(text: string): boolean {
  return /^[0-9a-f]{12}$/.test(text);
}

/** Ends early, without an error, when the signal aborts. */
export function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
  });
}
