/**
 * A Berth of its own, to be killed: opens a core on a data folder, and with a host's name starts an upgrade there.
 * Argument: JSON of ProcessOptions. Says what it did, one line each, on stdout; ends when its stdin does. To each line on stdin it
 * answers with `memory <bytes>`: what it still holds after a collection (node --expose-gc).
 */
import { CheckName } from '../../../shared/model/preflight.ts';
import type { VerbRequest } from '../../../shared/model/verb.ts';
import { createCore } from '../../../electron/core/create-core.ts';

interface ProcessOptions {
  readonly dataDir: string;
  readonly nativeDir: string;
  readonly knownHosts: string;
  readonly keyFile: string;
  /** Starts `request` on this host of the inventory; null: only follows what is there. */
  readonly upgrade: string | null;
  readonly request: VerbRequest;
  /** Which of the states that it keeps is its last: it is killed with that on the disk, by itself; null: it lives. */
  readonly diesAt: number | null;
}

async function main(): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? '{}') as ProcessOptions;
  const core = await createCore({
    dataDir: options.dataDir,
    nativeDir: options.nativeDir,
    ssh: {
      userKnownHosts: options.knownHosts,
      systemKnownHosts: [],
      defaultKeyFiles: [options.keyFile],
      agentSocket: null,
    },
    user: 'other',
    workstation: 'testbed',
  });
  let kept = '';
  let states = 0;
  core.operations.onChange((operation) => {
    const { phase, attached } = operation;
    // Progress alone keeps no new state.
    if (JSON.stringify(operation) === kept) return;
    kept = JSON.stringify(operation);
    process.stdout.write(`${phase} ${attached ? 'attached' : 'detached'}\n`);
    states += 1;
    if (states === options.diesAt) process.kill(process.pid, 'SIGKILL');
  });
  process.stdout.write('ready\n');
  if (options.upgrade !== null) {
    await core.hosts.connect(options.upgrade, 'user');
    await core.hosts.readFacts(options.upgrade);
    const plan = await core.operations.plan({ hostId: options.upgrade, request: options.request });
    const { id } = await core.operations.start(plan, { confirmed: CheckName.options });
    process.stdout.write(`started ${id}\n`);
  }
  process.stdin.on('end', () => void core.dispose().then(() => process.exit(0)));
  process.stdin.on('data', () => {
    // The second one waits for the buffers that the first has found to be freed.
    globalThis.gc?.();
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    process.stdout.write(`memory ${heapUsed + external}\n`);
  });
}

void main();
