import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Prompt, PromptAnswer } from '../../shared/model/prompt.ts';
import type { BerthConnection } from '../connection/berth-connection.ts';
import { follow } from './follow.ts';

/** Open questions, oldest first. */
export interface PromptsSlice {
  readonly prompts: readonly Prompt[];
}

export interface PromptsStore extends StoreApi<PromptsSlice> {
  /** Answers and closes the question here at once; a core that did not get the answer asks again through the stream. */
  answer(id: string, answer: PromptAnswer): Promise<void>;
  dispose(): void;
}

/** A projection of `prompt.watch`. */
export function createPromptsStore(client: BerthConnection['client']): PromptsStore {
  const store = createStore<PromptsSlice>()(() => ({ prompts: [] }));
  const answered = new Set<string>();
  const stop = follow({
    open: (signal) => client.prompt.watch(undefined, { signal }),
    onValue: (prompts) => store.setState({ prompts: prompts.filter(({ id }) => !answered.has(id)) }),
  });
  return {
    ...store,
    async answer(id, answer) {
      answered.add(id);
      store.setState({ prompts: store.getState().prompts.filter((prompt) => prompt.id !== id) });
      try {
        await client.prompt.answer({ id, answer });
      } catch (error) {
        answered.delete(id);
        throw error;
      }
    },
    dispose: stop,
  };
}
