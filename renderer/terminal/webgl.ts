import type { Terminal } from '@xterm/xterm';

/** The graphics card draws for a terminal while it is shown: browsers give a page few contexts, 16 in Chromium. */
export interface CardDrawing {
  /** Idempotent. Without a card, or once it was lost, xterm's own drawing stays. */
  on(): void;
  off(): void;
}

let hasCard: boolean | null = null;

/** A card of its own, not one that the processor plays: that would be slower than no card. */
function isThereACard(): boolean {
  hasCard ??= (() => {
    const context = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true });
    context?.getExtension('WEBGL_lose_context')?.loseContext();
    return Boolean(context);
  })();
  return hasCard;
}

export function createCardDrawing(terminal: Terminal): CardDrawing {
  let wanted = false;
  let lost = false;
  let drop: (() => void) | null = null;

  async function start(): Promise<void> {
    try {
      const { WebglAddon } = await import('@xterm/addon-webgl');
      if (!wanted || drop) return;
      const addon = new WebglAddon();
      addon.onContextLoss(() => {
        lost = true;
        stop();
      });
      terminal.loadAddon(addon);
      drop = () => addon.dispose();
    } catch {
      lost = true;
    }
  }

  function stop(): void {
    wanted = false;
    drop?.();
    drop = null;
  }

  return {
    on() {
      if (wanted || lost || !isThereACard()) return;
      wanted = true;
      void start();
    },
    off: stop,
  };
}
