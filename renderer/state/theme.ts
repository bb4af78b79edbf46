import type { Settings } from '../../shared/model/settings.ts';

/** What the settings say of the look. */
type Look = Pick<Settings, 'theme' | 'contrast'>;

/** Where the look is remembered for the first paint of the next start, before the core has told the settings. */
const REMEMBERED = 'berth-look';

/** Puts the classes of PatternFly on the root for these settings, and follows the system where they say so. */
export function applyTheme({ theme, contrast }: Look): void {
  const dark = theme === 'system' ? prefers('(prefers-color-scheme: dark)') : theme === 'dark';
  const high = contrast === 'system' ? prefers('(prefers-contrast: more)') : contrast === 'high';
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

export function rememberTheme({ theme, contrast }: Look): void {
  localStorage.setItem(REMEMBERED, JSON.stringify({ theme, contrast }));
}

/** What was remembered, else the defaults: never an error. */
export function rememberedTheme(): Look {
  const { theme, contrast } = readRemembered();
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    contrast: contrast === 'normal' || contrast === 'high' ? contrast : 'system',
  };
}

function readRemembered(): Partial<Record<keyof Look, unknown>> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(REMEMBERED) ?? '{}');
    return typeof kept === 'object' && kept !== null ? kept : {};
  } catch {
    return {};
  }
}

function prefers(query: string): boolean {
  return matchMedia(query).matches;
}
