import { createStore, type StoreApi } from 'zustand/vanilla';

/** What a screen reader is told. `count` makes the same words twice two announcements. */
export interface Announcement {
  readonly text: string;
  readonly count: number;
}

export interface Announcer extends StoreApi<{ readonly polite: Announcement; readonly assertive: Announcement }> {
  /** `assertive` interrupts: for blockers and failures only. */
  say(text: string, urgency?: 'polite' | 'assertive'): void;
}

const nothing: Announcement = { text: '', count: 0 };

export function createAnnouncer(): Announcer {
  const store = createStore<{ polite: Announcement; assertive: Announcement }>()(() => ({
    polite: nothing,
    assertive: nothing,
  }));
  return {
    ...store,
    say: (text, urgency = 'polite') =>
      store.setState((state) => ({ [urgency]: { text, count: state[urgency].count + 1 } })),
  };
}
