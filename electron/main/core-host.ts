import { MessageChannelMain, utilityProcess, type MessagePortMain, type UtilityProcess } from 'electron';
import type { Failure } from '../../shared/errors/failure.ts';
import type { CoreArguments, FromCore, ToCore } from './core-messages.ts';
import { serveKeychain, type KeychainAnswers } from './serve-keychain.ts';

/** How long the core may take to close its connections and files before it is ended: a few writes, no network. */
const STOP_TIMEOUT_MS = 3000;

/** The core process, from main's side: main forks it and hands ports over, and sees none of what they carry. */
export interface CoreHost {
  /** Starts the core before a page asks for it, so that it is ready by then. Only after the app is ready. */
  start(): void;
  /** A port that leads to the core, for one page. Starts the core when it does not run, also after a crash. */
  openHub(): MessagePortMain;
  /** Resolves when the core has ended. */
  stop(): Promise<void>;
}

export function createCoreHost(options: {
  readonly file: string;
  readonly arguments: CoreArguments;
  /** Loads what answers the core for the keychain of this computer. */
  readonly openKeychain: () => Promise<KeychainAnswers>;
  /** The core cannot start, and a restart would not change that. */
  readonly onFailed: (failure: Failure) => void;
}): CoreHost {
  let core: UtilityProcess | null = null;

  function start(): UtilityProcess {
    const child = utilityProcess.fork(options.file, [JSON.stringify(options.arguments)], {
      serviceName: 'Berth core',
      stdio: 'inherit',
    });
    child.on('message', (message: FromCore) => {
      if (message.kind === 'failed') options.onFailed(message.failure);
    });
    // A port of their own: what goes over it is in no page's reach.
    const { port1, port2 } = new MessageChannelMain();
    serveKeychain(port2, options.openKeychain);
    send(child, { kind: 'keychain' }, [port1]);
    // The ports to the pages close with it; a page says so and asks for a new one when the user wants.
    child.on('exit', () => {
      if (core === child) core = null;
    });
    return child;
  }

  function send(child: UtilityProcess, message: ToCore, ports: MessagePortMain[] = []): void {
    child.postMessage(message, ports);
  }

  return {
    start() {
      core ??= start();
    },
    openHub() {
      core ??= start();
      const { port1, port2 } = new MessageChannelMain();
      send(core, { kind: 'page' }, [port1]);
      return port2;
    },
    stop() {
      const child = core;
      if (!child) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(() => child.kill(), STOP_TIMEOUT_MS);
        child.on('exit', () => {
          clearTimeout(timer);
          resolve();
        });
        send(child, { kind: 'stop' });
      });
    },
  };
}
