import { cleanup, configure } from '@testing-library/react';
import { afterEach, beforeEach } from 'vitest';

/** What jsdom has not and the page needs, each as small as a test needs it; and a clean page after every test. */

/** The window of component tests, CSS pixels: every element measures this. */
const SIZE = { width: 1280, height: 800 };

HTMLDialogElement.prototype.showModal = function showModal(): void {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close(): void {
  this.open = false;
};
Element.prototype.scrollIntoView = () => undefined;
Element.prototype.scrollTo = () => undefined;
// Once for each file, of which a window sees several.
Object.defineProperties(HTMLElement.prototype, {
  offsetWidth: { configurable: true, get: () => SIZE.width },
  offsetHeight: { configurable: true, get: () => SIZE.height },
  clientHeight: { configurable: true, get: () => SIZE.height },
});

// Pages and dialogs are loaded when they are first shown, which takes a moment on a busy machine.
configure({ asyncUtilTimeout: 10_000 });

globalThis.ResizeObserver = class implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};

/** Media queries that hold: a wide window, and otherwise nothing. */
globalThis.matchMedia = (media) =>
  Object.assign(new EventTarget(), {
    media,
    matches: media.includes('min-width'),
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  });

beforeEach(() => {
  history.replaceState(null, '', '/#/fleet');
  localStorage.clear();
});

afterEach(() => {
  cleanup();
  document.body.replaceChildren();
  // jsdom keeps what a terminal's style elements said, also when they are gone, and every later look at an element goes through all of it.
  for (const sheet of document.styleSheets) {
    for (let last = sheet.cssRules.length - 1; last >= 0; last -= 1) sheet.deleteRule(last);
  }
});
