import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BerthError } from '../../../shared/errors/failure.ts';
import type { ConnectionHop } from '../../../shared/model/connection-path.ts';
import type { ConnectQuestions } from './connect-questions.ts';
import { createAskpass } from './openssh-askpass.ts';
import { opensshFailure, shownHostKey } from './openssh-failures.ts';
import { SOCKET } from './openssh-folders.ts';
import { answerQuestion, type Answered } from './openssh-questions.ts';
import type { PausableTimer } from './pausable-timer.ts';
import type { SshPlace } from './ssh-connection.ts';

/** An `ssh -M` that is logged in. */
export interface OpenSshMaster {
  readonly socket: string;
  readonly hostKey: ConnectionHop['hostKey'];
  readonly answered: Answered;
  readonly closed: boolean;
  onClose(listener: () => void): () => void;
  /** Ends it and everything it has started. */
  close(): void;
  /** Resolves when it has ended and nothing of it is left. */
  readonly ended: Promise<void>;
}

export interface MasterOptions {
  readonly program: string;
  readonly arguments: readonly string[];
  /** A private folder of its own, which it removes. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly place: SshPlace;
  readonly questions: ConnectQuestions;
  readonly timeoutMs: number;
  /** Told the clock's end; it stands still while the user thinks. */
  startTimer(onElapsed: () => void): PausableTimer;
}

/** Of what ssh says: the beginning, where the reasons are, and the end. */
const MAX_LOG = 128 * 1024;
/** How long ssh has to end by itself. */
const GRACE_MS = 2_000;

/** Starts a master and resolves when it is logged in. Rejects with BerthError; nothing is left of it then. */
export function startMaster(options: MasterOptions, signal: AbortSignal): Promise<OpenSshMaster> {
  const { folder, place, questions } = options;
  const socket = join(folder, SOCKET);
  const answered: Answered = { hostKey: null, passphraseFor: null, password: false };
  return new Promise((resolve, reject) => {
    let log = '';
    let asked: unknown = null;
    let isSettled = false;
    let hasEnded = false;
    const listeners = new Set<() => void>();
    let tellEnded: () => void = () => undefined;
    const ended = new Promise<void>((done) => {
      tellEnded = done;
    });

    const timer = options.startTimer(() => {
      const { address, port } = place;
      fail(new BerthError('ssh.timeout', { address, port, seconds: Math.round(options.timeoutMs / 1000) }));
    });
    const onAbort = () => fail(new BerthError('ssh.cancelled', { address: place.address }));
    function settle(): void {
      isSettled = true;
      timer.clear();
      watcher.close();
      signal.removeEventListener('abort', onAbort);
    }
    function fail(error: unknown): void {
      if (isSettled) return;
      settle();
      kill();
      void ended.then(() => reject(error instanceof Error ? error : new Error(String(error))));
    }

    const askpass = createAskpass(folder, async (question) => {
      try {
        return await answerQuestion(question, questions, answered);
      } catch (error) {
        asked ??= error;
        fail(error);
        return null;
      }
    });
    // The control socket appears when the host has let us in, a question when the helper has written it.
    const watcher = watch(folder, () => void look());
    watcher.on('error', fail);
    async function look(): Promise<void> {
      if (isSettled) return;
      void (await askpass).look();
      const isThere = await access(socket).then(
        () => true,
        () => false,
      );
      if (!isThere || isSettled) return;
      settle();
      resolve(master);
    }
    signal.addEventListener('abort', onAbort, { once: true });

    let child: ReturnType<typeof spawn> | null = null;
    function kill(): void {
      const pid = child?.pid;
      if (pid === undefined || hasEnded) {
        if (pid === undefined) void finish();
        return;
      }
      killGroup(pid, 'SIGTERM');
      setTimeout(() => {
        if (!hasEnded) killGroup(pid, 'SIGKILL');
      }, GRACE_MS).unref();
    }
    async function finish(): Promise<void> {
      if (hasEnded) return;
      hasEnded = true;
      await (await askpass.catch(() => null))?.dispose();
      await rm(folder, { recursive: true, force: true });
      for (const listener of [...listeners]) listener();
      tellEnded();
    }

    askpass.then(
      ({ helper }) => {
        if (isSettled) {
          void finish();
          return;
        }
        const env = { ...options.env, SSH_ASKPASS: helper, SSH_ASKPASS_REQUIRE: 'force' };
        child = spawn(options.program, options.arguments, {
          stdio: ['ignore', 'ignore', 'pipe'],
          // Before 8.4 ssh asks through the helper only with a display. There is no terminal: it has a session of its own.
          env: { DISPLAY: 'berth:0', ...env },
          detached: true,
        });
        child.stderr?.setEncoding('utf8').on('data', (said: string) => {
          // For a terminal in raw mode, ssh ends its lines with both.
          const text = said.replaceAll('\r', '');
          if (log.length < MAX_LOG) log += text;
          else log = log.slice(0, MAX_LOG / 2) + (log.slice(MAX_LOG / 2) + text).slice(-MAX_LOG / 2);
        });
        child.once('error', (error) => {
          fail(new BerthError('ssh.openssh-failed', { address: place.address, detail: error.message }, error));
          void finish();
        });
        child.once('exit', () => {
          // What it has started may hold its error output open.
          if (child?.pid !== undefined) killGroup(child.pid, 'SIGKILL');
        });
        // After its last word has been read.
        child.once('close', () => {
          fail(asked ?? opensshFailure(log, place, answered, options.timeoutMs));
          void finish();
        });
      },
      (error: unknown) => {
        fail(error);
        void finish();
      },
    );

    const master: OpenSshMaster = {
      socket,
      get hostKey() {
        return shownHostKey(log);
      },
      answered,
      get closed() {
        return hasEnded;
      },
      onClose(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      close: kill,
      ended,
    };
  });
}

/** The process and what it has started: it leads a group of its own. */
function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // All of it has ended by itself.
  }
}
