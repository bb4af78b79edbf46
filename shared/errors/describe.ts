import { catalogue } from './catalogue.ts';
import type { Failure } from './failure.ts';

/** A failure in words: `text` says what is wrong, `remedy` what to do (may be empty), both plain text. */
export interface FailureDescription {
  readonly text: string;
  readonly remedy: string;
  /** True when the same attempt may work later without anybody changing anything. */
  readonly retryable: boolean;
}

/** Turns a failure into words. Unknown parameters stay visible as `{name}` rather than vanish. */
export function describe(failure: Failure): FailureDescription {
  const entry = catalogue[failure.code];
  return {
    text: fill(entry.text, failure.params),
    remedy: fill(entry.remedy, failure.params),
    retryable: entry.retryable,
  };
}

function fill(template: string, params: Failure['params']): string {
  return template.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(params[name] ?? placeholder));
}
