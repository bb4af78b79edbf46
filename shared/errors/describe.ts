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
  // What happened at a jump host says so, unless its text does.
  const { hop } = failure.params;
  const isAtHop = hop !== undefined && !entry.text.includes('{hop}');
  return {
    text: `${isAtHop ? `${String(hop)}: ` : ''}${fill(entry.text, failure.params)}`,
    remedy: fill(entry.remedy, failure.params),
    retryable: entry.retryable,
  };
}

/** A value that ends as sentences do, which texts of hosts often do, ends ours without a second full stop. */
function fill(template: string, params: Failure['params']): string {
  return template.replace(/\{(\w+)\}(\.?)/g, (placeholder, name: string, stop: string) => {
    const value = params[name];
    if (value === undefined) return placeholder;
    const text = String(value);
    if (stop === '') return text;
    const ended = text.replace(/[\s.,;:]+$/, '');
    return /[?!…]$/.test(ended) ? ended : `${ended}.`;
  });
}
