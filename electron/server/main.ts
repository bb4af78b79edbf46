import { RPCHandler } from '@orpc/server/ws';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { describe } from '../../shared/errors/describe.ts';
import { BerthError } from '../../shared/errors/failure.ts';
import { LAUNCH_USAGE, parseLaunchArguments, type LaunchArguments } from '../../shared/logic/launch-arguments.ts';
import { defaultDataDir } from '../core/default-paths.ts';
import { createFileLog } from '../core/log/file-log.ts';
import { createRouter } from '../core/router/create-router.ts';
import { createSessions, type Session } from '../core/sessions.ts';
import { thisComputer } from '../core/this-computer.ts';
import { version } from '../core/version.ts';
import { startDemoFleet } from '../demo/demo-fleet.ts';
import { openPageFiles } from '../page/page-files.ts';
import { createHomeServer } from './home-server.ts';
import { createKeys, LAUNCH_KEY_LIFETIME_MS } from './keys.ts';
import { listenOnLoopback, listenOnSocket } from './listen.ts';

/** How long it may take to close connections and files: a few writes, no network. What runs on hosts goes on anyway. */
const STOP_TIMEOUT_MS = 3000;

/**
 * `node dist/server.cjs`: the browser home. Started by another program with an IPC channel it gives that program the
 * address; otherwise it prints it.
 */
async function main(words: readonly string[]): Promise<void> {
  const parsed = parseLaunchArguments(words, { strict: true });
  if (!parsed.ok) {
    console.error(`berth: ${parsed.problem}\n${LAUNCH_USAGE}`);
    process.exitCode = 2;
    return;
  }
  await serve(parsed.value);
}

async function serve(launch: LaunchArguments): Promise<void> {
  const dataDir = launch.dataDir === null ? defaultDataDir() : resolve(launch.dataDir);
  const pageFiles = await openPageFiles(join(__dirname, 'renderer'));
  const sessions = await createSessions({
    core: {
      dataDir,
      nativeDir: join(__dirname, 'native'),
      inventoryFile: launch.inventoryFile === null ? undefined : resolve(launch.inventoryFile),
      ...thisComputer(),
    },
    version,
    home: 'browser',
    demo: launch.demo,
    startFleet: startDemoFleet,
  });
  const log = createFileLog(join(dataDir, 'log', 'server.jsonl'));
  const keys = createKeys();
  const listener = { port: null as number | null };
  const server = createHomeServer<Session>({
    pageFiles,
    keys,
    listener,
    openSession: () => sessions.open(),
    rpc: new RPCHandler(createRouter()),
    onError: (error) => log.error('server', 'A request failed', error),
  });

  if (launch.unixSocket === null) listener.port = await listenOnLoopback(server, launch.port);
  else await listenOnSocket(server, resolve(launch.unixSocket));

  const address = () => {
    const origin = listener.port === null ? 'http://localhost:8080' : `http://127.0.0.1:${listener.port}`;
    return `${origin}/#key=${keys.newLaunchKey()}`;
  };
  if (process.send) {
    process.send({ url: address() });
    process.on('disconnect', stop);
  } else {
    tell(address(), launch.unixSocket);
    // On a machine without a display nobody else can make a second address, for a second tab or after the first was closed.
    createInterface({ input: process.stdin }).on('line', () => console.log(address()));
  }

  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  let stopping = false;
  function stop(): void {
    if (stopping) return;
    stopping = true;
    server.close();
    server.closeAllConnections();
    void sessions.dispose().finally(() => process.exit(0));
    setTimeout(() => process.exit(0), STOP_TIMEOUT_MS).unref();
  }
}

function tell(address: string, unixSocket: string | null): void {
  console.log(address);
  const minutes = LAUNCH_KEY_LIFETIME_MS / 60_000;
  console.log(`This address works once, within ${minutes} minutes. Enter prints another one, Ctrl-C ends Berth.`);
  if (unixSocket !== null) {
    console.log(
      `Bring port 8080 to the socket first, from where the browser is: ssh -L 8080:${resolve(unixSocket)} HOST`,
    );
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const { text, remedy } = error instanceof BerthError ? describe(error.failure) : { text: String(error), remedy: '' };
  console.error(`berth: ${text} ${remedy}`.trimEnd());
  process.exit(1);
});
