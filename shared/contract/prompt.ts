import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { Prompt, PromptAnswer } from '../model/prompt.ts';
import { base } from './errors.ts';

export const prompt = {
  /** All open questions, again whenever they change, oldest first. */
  watch: base.output(eventIterator(z.array(Prompt))),
  /** Answers a question. A question that is gone meanwhile is no error. */
  answer: base.input(z.object({ id: z.string(), answer: PromptAnswer })),
};
