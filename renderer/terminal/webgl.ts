import type { Terminal } from '@xterm/xterm';

/** The graphics card draws for a terminal while it is shown: browsers give a page few contexts, 16 in Chromium. */
export interface CardDrawing {
  /** Idempotent. Without a card, or once it was lost, xterm's own drawing stays. */
  on(): void;
  off(): void;
}

/** What draws with the processor and is slower than no card at all; not all of them own up to it when asked. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

let hasCard: boolean | null = null;

function isThereACard(): boolean {
  hasCard ??= lookForCard();
  return hasCard;
}

function lookForCard(): boolean {
  const context = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true });
  if (!context) return false;
  const info = context.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = context.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : context.RENDERER);
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return typeof name === 'string' && !SOFTWARE.test(name);
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
