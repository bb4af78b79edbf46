import type { AppInfo } from '../../shared/model/app-info.ts';
import type { Settings } from '../../shared/model/settings.ts';
import type { BerthConnection } from '../connection/berth-connection.ts';
import { createAnnouncer, type Announcer } from './announcer.ts';
import { watchForNotices } from './desktop-notices.ts';
import { createBulksStore, type BulksStore } from './bulks-store.ts';
import { createDialogsStore, type DialogsStore } from './dialogs-store.ts';
import { createDockStore, type DockStore } from './dock-store.ts';
import { createFleetStore, type FleetStore } from './fleet-store.ts';
import { createFleetViewStore, type FleetViewStore } from './fleet-view-store.ts';
import { createHostActions, type HostActions } from './host-actions.ts';
import { createOperationsStore, type OperationsStore } from './operations-store.ts';
import { createPromptsStore, type PromptsStore } from './prompts-store.ts';
import { createSecretsStore, type SecretsStore } from './secrets-store.ts';
import { createSettingsStore, type SettingsStore } from './settings-store.ts';
import { createSourcesStore, type SourcesStore } from './sources-store.ts';
import { createTerminalsStore, type TerminalsStore } from './terminals-store.ts';
import { createToastsStore, type ToastsStore } from './toasts-store.ts';

/**
 * Everything a page shows of one workspace (the user's own, or a demo). Entering or leaving the demo makes a new one,
 * and nothing of the old one is carried over.
 */
export interface Session {
  /** Another number for every session of this page. */
  readonly epoch: number;
  readonly connection: BerthConnection;
  readonly client: BerthConnection['client'];
  readonly info: AppInfo;
  readonly fleet: FleetStore;
  readonly view: FleetViewStore;
  readonly operations: OperationsStore;
  readonly bulks: BulksStore;
  readonly prompts: PromptsStore;
  readonly sources: SourcesStore;
  readonly secrets: SecretsStore;
  readonly settings: SettingsStore;
  readonly dialogs: DialogsStore;
  readonly dock: DockStore;
  readonly terminals: TerminalsStore;
  readonly toasts: ToastsStore;
  readonly announcer: Announcer;
  readonly actions: HostActions;
  dispose(): void;
}

let lastEpoch = 0;

/** `fleet` may be on its way before the rest is known: it is what a start waits for longest. The session owns it. */
export function createSession(
  connection: BerthConnection,
  info: AppInfo,
  settings: Settings,
  fleet: FleetStore = createFleetStore(connection.client),
): Session {
  const { client } = connection;
  const operations = createOperationsStore(client);
  const bulks = createBulksStore(client);
  const prompts = createPromptsStore(client);
  const sources = createSourcesStore(client);
  const settingsStore = createSettingsStore(client, settings);
  const toasts = createToastsStore();
  const secrets = createSecretsStore(client, toasts);
  const dialogs = createDialogsStore();
  const announcer = createAnnouncer();
  const terminals = createTerminalsStore(client);
  const stopNotices = watchForNotices({ operations, prompts, settings: settingsStore });
  lastEpoch += 1;
  return {
    epoch: lastEpoch,
    connection,
    client,
    info,
    fleet,
    view: createFleetViewStore(),
    operations,
    bulks,
    prompts,
    sources,
    secrets,
    settings: settingsStore,
    dialogs,
    dock: createDockStore(),
    terminals,
    toasts,
    announcer,
    actions: createHostActions({ client, fleet, dialogs, toasts }),
    dispose() {
      stopNotices();
      for (const each of [fleet, operations, bulks, prompts, sources, secrets, settingsStore, terminals, toasts]) {
        each.dispose();
      }
    },
  };
}
