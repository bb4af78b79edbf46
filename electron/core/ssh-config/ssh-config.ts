import type { SshConfigPlaces, LoadedConfig } from './config-files.ts';
import { hasChanged, loadSshConfig } from './config-files.ts';

/** The ssh configuration of this workstation, read again only when a file of it has changed. */
export interface SshConfig {
  readonly places: SshConfigPlaces;
  /** The newest state, no older than a second. The same object as before means that nothing has changed. */
  current(): Promise<LoadedConfig>;
  /** The same, as of now. */
  fresh(): Promise<LoadedConfig>;
}

/** Between two looks at the times of the files: a fleet asks thousands of times a second. */
const LOOK_EVERY_MS = 1000;

export function createSshConfig(
  places: SshConfigPlaces,
  env: NodeJS.ProcessEnv,
  now: () => number = () => performance.now(),
): SshConfig {
  let loaded: LoadedConfig | null = null;
  let lookedAt = 0;
  let looking: Promise<LoadedConfig> | null = null;

  async function look(): Promise<LoadedConfig> {
    const startedAt = now();
    if (!loaded || (await hasChanged(loaded.watched))) loaded = await loadSshConfig(places, env);
    lookedAt = startedAt;
    return loaded;
  }
  function join(): Promise<LoadedConfig> {
    looking ??= look().finally(() => {
      looking = null;
    });
    return looking;
  }
  return {
    places,
    current() {
      if (loaded && now() - lookedAt < LOOK_EVERY_MS) return Promise.resolve(loaded);
      return join();
    },
    async fresh() {
      // One that is under way may have looked at a file before it changed.
      await looking?.catch(() => undefined);
      return join();
    },
  };
}
