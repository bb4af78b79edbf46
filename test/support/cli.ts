import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Console, Person } from '../../electron/cli/console.ts';
import type { RawTerminal } from '../../electron/cli/raw-terminal.ts';
import { runCli } from '../../electron/cli/run-cli.ts';
import type { SimulatedFleet, StartFleet } from '../../electron/core/demo-workspaces.ts';
import { startDemoFleet } from '../../electron/demo/start-demo-fleet.ts';
import { nativeDir } from './demo-fleet.ts';

export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CliRunOptions {
  readonly person?: Person | undefined;
  readonly interrupted?: AbortSignal | undefined;
  readonly tty?: RawTerminal | undefined;
  /** Called with everything that was written to stdout so far. */
  readonly onOut?: ((out: string) => void) | undefined;
}

/** A user with a data folder and ssh files of their own, who runs command lines in this process. */
export async function openCliUser(fleet: SimulatedFleet | null = null) {
  const dir = await mkdtemp(join(tmpdir(), 'berth-cli-test-'));
  const userKnownHosts = join(dir, 'known_hosts');
  await writeFile(userKnownHosts, fleet?.knownHostsText ?? '');
  const startFleet: StartFleet = (options) => startDemoFleet({ ...options, pace: 0.1 });

  return {
    dir,
    async run(words: readonly string[], options: CliRunOptions = {}): Promise<CliRun> {
      let out = '';
      let err = '';
      const terminal: Console = {
        out(text) {
          out += text;
          options.onOut?.(out);
        },
        err(text) {
          err += text;
        },
        progress: () => undefined,
        isOutTerminal: false,
        person: options.person ?? null,
      };
      const code = await runCli(['--data-dir', join(dir, 'data'), ...words], {
        terminal,
        nativeDir,
        tty: options.tty,
        user: 'tester',
        workstation: 'here',
        startFleet,
        ssh: {
          userKnownHosts,
          systemKnownHosts: [],
          defaultKeyFiles: fleet ? [fleet.keyFile] : [],
          agentSocket: null,
          // The own resolver: what `ssh` itself says is another test's.
          config: {
            userFile: join(dir, 'ssh_config'),
            systemFile: null,
            systemFolder: dir,
            program: null,
            isUsual: true,
          },
        },
        interrupted: options.interrupted ?? new AbortController().signal,
      });
      return { code, out, err };
    },
    dispose: () => rm(dir, { recursive: true, force: true }),
  };
}

/** Somebody who answers every question with the next of these words, and notes what was asked. */
export function answering(...answers: readonly (string | null)[]): Person & { readonly asked: readonly string[] } {
  const asked: string[] = [];
  const answer = (question: string) => {
    asked.push(question);
    return Promise.resolve(answers[asked.length - 1] ?? null);
  };
  return { asked, ask: answer, askSecret: answer };
}
