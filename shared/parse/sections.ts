/** A part of a reader's answer: `== <title>`, then lines. */
export interface Section {
  readonly title: string;
  readonly text: string;
}

/** Splits at the lines `== <title>`; what stands before the first is dropped. At most `limit` sections. */
export function parseSections(text: string, limit = 200): Section[] {
  const sections: Section[] = [];
  for (const part of `\n${text}`.split('\n== ').slice(1, limit + 1)) {
    const end = part.indexOf('\n');
    sections.push(
      end === -1 ? { title: part.trim(), text: '' } : { title: part.slice(0, end).trim(), text: part.slice(end + 1) },
    );
  }
  return sections;
}

/** `key=value` lines; the first of a key counts. Keys are names, so that comments and other text are skipped. */
export function parseAssignments(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n', 1000)) {
    const match = /^\s*([A-Za-z][\w-]{0,100})\s*=(.*)$/s.exec(line);
    const key = match?.[1];
    if (key !== undefined && !values.has(key)) values.set(key, (match?.[2] ?? '').trim());
  }
  return values;
}
