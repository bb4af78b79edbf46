import * as z from 'zod';
import { fail, succeed, type Result } from '../errors/result.ts';
import { cleanText } from './text.ts';

/** Longer output is not parsed: the longest honest `bootc status` is some tens of kilobytes. */
export const MAX_JSON = 8 * 1024 * 1024;

/** How many `{` are tried as the start of the document; text before it is a spinner or a note, not pages of braces. */
const MAX_STARTS = 16;

/** The document inside a command's output, which may have text before and after it. Fails with `facts.unreadable`. */
export function parseJsonObject(text: string, command: string): Result<Record<string, unknown>> {
  if (text.length > MAX_JSON) return fail('facts.unreadable', { command, detail: 'it is too long' });
  let start = text.indexOf('{');
  if (start === -1) {
    return fail('facts.unreadable', { command, detail: text.trim() === '' ? 'it is empty' : 'it is not JSON' });
  }
  let detail = '';
  for (let tries = 0; start !== -1 && tries < MAX_STARTS; tries += 1) {
    const parsed = parseFrom(text, start);
    if (parsed.ok) return succeed(parsed.value);
    detail ||= parsed.detail;
    start = text.indexOf('{', start + 1);
  }
  return fail('facts.unreadable', { command, detail });
}

function parseFrom(
  text: string,
  start: number,
): { ok: true; value: Record<string, unknown> } | { ok: false; detail: string } {
  try {
    return { ok: true, value: JSON.parse(text.slice(start)) as Record<string, unknown> };
  } catch (error) {
    const end = text.lastIndexOf('}');
    try {
      return { ok: true, value: JSON.parse(text.slice(start, end + 1)) as Record<string, unknown> };
    } catch {
      return { ok: false, detail: cleanText(error instanceof Error ? error.message : String(error), 200) };
    }
  }
}

// Lenient schemas: what is missing or of another type takes the default, unknown keys are ignored, nothing fails.

/** A text or null; cleaned and bounded. The empty text is null. */
export const looseText = z
  .union([z.string(), z.number()])
  .transform((value) => cleanText(String(value)) || null)
  .nullable()
  .catch(null);

/** True only for true. */
export const looseFlag = z.boolean().catch(false);

/** A finite number that is not negative, or null. */
export const looseCount = z.number().nonnegative().nullable().catch(null);

/** The items that fit the schema, at most `limit`; empty where there is no array. */
export function looseList<T extends z.ZodType>(item: T, limit = 200) {
  return z
    .array(z.unknown())
    .catch([])
    .transform((items): z.output<T>[] =>
      items.slice(0, limit).flatMap((value) => {
        const parsed = item.safeParse(value);
        return parsed.success ? [parsed.data] : [];
      }),
    );
}
