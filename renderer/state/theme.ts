import { Settings } from '../../shared/model/settings.ts';

/** Where the look is remembered for the first paint of the next start, before the core has told the settings. */
const REMEMBERED = 'berth-look';

/** Puts the classes of PatternFly on the root for these settings, and follows the system where they say so. */
export function applyTheme(settings: Settings): void {
  const dark = settings.theme === 'system' ? prefers('(prefers-color-scheme: dark)') : settings.theme === 'dark';
  const high = settings.contrast === 'system' ? prefers('(prefers-contrast: more)') : settings.contrast === 'high';
  const { classList } = document.documentElement;
  classList.toggle('pf-v6-theme-dark', dark);
  classList.toggle('pf-v6-theme-high-contrast', high);
}

/** Calls when the system changes what `applyTheme` looks at. */
export function onSystemThemeChange(listener: () => void): () => void {
  const queries = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener('change', listener);
  return () => {
    for (const query of queries) query.removeEventListener('change', listener);
  };
}

export function rememberTheme(settings: Settings): void {
  localStorage.setItem(REMEMBERED, JSON.stringify(settings));
}

/** What was remembered, else the defaults: never an error. */
export function rememberedTheme(): Settings {
  try {
    return Settings.parse(JSON.parse(localStorage.getItem(REMEMBERED) ?? '{}'));
  } catch {
    return Settings.parse({});
  }
}

function prefers(query: string): boolean {
  return matchMedia(query).matches;
}
