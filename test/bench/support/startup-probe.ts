import { app, BrowserWindow } from 'electron';

/**
 * Loaded into Electron's main process before the program (`electron -r`). Once an element of the page that matches
 * BENCH_INTERACTIVE has the focus and is drawn in a window that is shown, it says when that was (epoch ms), and quits. The same for
 * every program, and without a debugger attached, which would slow down a small one and a large one alike.
 */
const selector = process.env['BENCH_INTERACTIVE'] ?? 'body';

app.on('web-contents-created', (_event, contents) => {
  contents.once('dom-ready', () => {
    void (async () => {
      await contents.executeJavaScript(`(${untilInteractive.toString()})(${JSON.stringify(selector)})`);
      const window = BrowserWindow.fromWebContents(contents);
      if (window?.isVisible() === false) await new Promise<void>((resolve) => window.once('show', () => resolve()));
      process.stdout.write(`interactive ${performance.timeOrigin + performance.now()}\n`, () => app.quit());
    })();
  });
});

/** Runs in the page. */
function untilInteractive(wanted: string): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      const element = document.querySelector<HTMLElement>(wanted);
      element?.focus();
      // The body never has the focus by itself, and is what has it when nothing else has.
      if (element && document.activeElement === element) requestAnimationFrame(() => resolve());
      else requestAnimationFrame(look);
    };
    look();
  });
}
