import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Settings } from '../../shared/model/settings.ts';
import type { BerthConnection } from '../connection/berth-connection.ts';
import { applyTheme, onSystemThemeChange, rememberTheme } from './theme.ts';

export interface SettingsStore extends StoreApi<{ readonly settings: Settings }> {
  /** Shows the settings at once and keeps them in the core; when that fails they are taken back, and it rejects. */
  set(settings: Settings): Promise<void>;
  dispose(): void;
}

/** The settings, which are also the look of the page. */
export function createSettingsStore(client: BerthConnection['client'], settings: Settings): SettingsStore {
  const store = createStore<{ settings: Settings }>()(() => ({ settings }));

  function show(next: Settings): void {
    store.setState({ settings: next });
    applyTheme(next);
    rememberTheme(next);
  }

  show(settings);
  const stop = onSystemThemeChange(() => applyTheme(store.getState().settings));
  return {
    ...store,
    async set(next) {
      const before = store.getState().settings;
      show(next);
      try {
        show(await client.settings.set(next));
      } catch (error) {
        show(before);
        throw error;
      }
    },
    dispose: stop,
  };
}
