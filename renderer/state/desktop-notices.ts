import type { StoreApi } from 'zustand/vanilla';
import { noticeOfPrompts, noticesOfEnds, type Notice } from '../../shared/logic/notices.ts';
import type { Operation } from '../../shared/model/operation.ts';
import type { Prompt } from '../../shared/model/prompt.ts';
import type { Settings } from '../../shared/model/settings.ts';
import type { OperationsSlice } from './operations-store.ts';
import type { PromptsSlice } from './prompts-store.ts';
import { navigate } from './route.ts';

/** What happens within this time, in ms, is told together. */
const GATHER_MS = 700;

/** Asks the preload script of the desktop window to bring it to the front; a browser tab has nobody who listens. */
const SHOW_WINDOW = 'berth:show-window';

interface Watched {
  readonly operations: StoreApi<OperationsSlice>;
  readonly prompts: StoreApi<PromptsSlice>;
  readonly settings: StoreApi<{ readonly settings: Settings }>;
}

/** Tells the desktop of questions and of ended operations while nobody looks at this page, if the settings say so. Returns what stops it. */
export function watchForNotices({ operations, prompts, settings }: Watched): () => void {
  let ended: Operation[] = [];
  let asked: Prompt[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  const isWanted = () => settings.getState().settings.notify && !isInFront();

  function gather(): void {
    timer ??= setTimeout(() => {
      timer = null;
      const open = new Set(prompts.getState().prompts.map(({ id }) => id));
      // A question that was answered meanwhile needs nobody any more.
      const question = noticeOfPrompts(asked.filter(({ id }) => open.has(id)));
      const notices = [...(question ? [question] : []), ...noticesOfEnds(ended)];
      [asked, ended] = [[], []];
      if (isWanted()) for (const notice of notices) show(notice);
    }, GATHER_MS);
  }

  const stops = [
    operations.subscribe((now, before) => {
      for (const operation of now.operations.values()) {
        const was = before.operations.get(operation.id);
        if (was && was.phase !== 'ended' && operation.phase === 'ended') ended.push(operation);
      }
      if (ended.length > 0) gather();
    }),
    prompts.subscribe((now, before) => {
      const known = new Set(before.prompts.map(({ id }) => id));
      asked.push(...now.prompts.filter(({ id }) => !known.has(id)));
      if (asked.length > 0) gather();
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    if (timer !== null) clearTimeout(timer);
  };
}

/** Whether notifications may be shown: asks the user where that is to be decided, so only ever after a click of theirs. */
export async function allowNotices(): Promise<boolean> {
  if (typeof Notification === 'undefined') return false;
  if (Notification.permission === 'default') await Notification.requestPermission();
  return Notification.permission === 'granted';
}

function isInFront(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

function show({ title, body, operationId }: Notice): void {
  if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
  const notification = new Notification(title, { body, tag: operationId ?? 'berth' });
  notification.onclick = () => {
    notification.close();
    window.focus();
    window.postMessage(SHOW_WINDOW, window.location.origin);
    if (operationId !== null) navigate({ page: 'operation', operationId });
  };
}
