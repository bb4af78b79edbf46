import { RPCHandler } from '@orpc/server/message-port';
import { join } from 'node:path';
import { BerthError, failure } from '../../shared/errors/failure.ts';
import { defaultDataDir } from '../core/default-paths.ts';
import { createRouter } from '../core/router/create-router.ts';
import { keychainOverPort } from '../core/secrets/keychain-port.ts';
import { createSessions, type Session } from '../core/sessions.ts';
import { thisComputer } from '../core/this-computer.ts';
import { version } from '../core/version.ts';
import { startDemoFleet } from '../demo/demo-fleet.ts';
import { serveHub, type HomePort } from '../transport/message-port.ts';
import type { CoreArguments, FromCore, ToCore } from './core-messages.ts';

/**
 * The core as a process of its own beside Electron's main: plain Node, although Electron starts it, and the last line of
 * defence for the window, which does not stand still whatever the core does.
 */

/** What Electron's utility process gives to its program, as far as it is needed here. */
interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: ToCore; readonly ports: readonly HomePort[] }) => void): void;
  postMessage(message: FromCore): void;
}

const main = (process as unknown as { readonly parentPort: ParentPort }).parentPort;
const start = JSON.parse(process.argv[2] ?? '{}') as CoreArguments;

let takeKeychain: (port: HomePort) => void = () => undefined;
const keychainPort = new Promise<HomePort>((resolve) => {
  takeKeychain = resolve;
});

const sessions = createSessions({
  core: {
    dataDir: start.dataDir ?? defaultDataDir(),
    nativeDir: join(__dirname, 'native'),
    inventoryFile: start.inventoryFile ?? undefined,
    ...thisComputer(),
    keychain: keychainOverPort(keychainPort),
  },
  version,
  home: 'electron',
  demo: start.demo,
  startFleet: startDemoFleet,
});
const rpc = new RPCHandler<{ session: Session }>(createRouter());

main.on('message', ({ data, ports: [port] }) => {
  if (data.kind === 'stop') void stop();
  else if (port && data.kind === 'keychain') takeKeychain(port);
  else if (port) void serve(port);
});

async function serve(hub: HomePort): Promise<void> {
  try {
    await serveHub(hub, async () => (await sessions).open(), rpc);
  } catch {
    // Why is told below; the page sees its hub close.
    hub.close();
  }
}

async function stop(): Promise<void> {
  try {
    await (await sessions).dispose();
  } finally {
    process.exit(0);
  }
}

sessions.then(
  () => main.postMessage({ kind: 'ready' }),
  (error: unknown) => {
    const reason = error instanceof BerthError ? error.failure : failure('internal', { logId: String(error) });
    main.postMessage({ kind: 'failed', failure: reason });
  },
);
