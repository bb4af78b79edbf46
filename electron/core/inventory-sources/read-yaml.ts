import { isMap, isScalar, LineCounter, parseDocument, type Node } from 'yaml';

export interface YamlData {
  readonly data: unknown;
  /** The line, from 1, of the key at the end of a path; null when it is not there. */
  lineOf(path: readonly string[]): number | null;
}

/** Aliases that stand for aliases make a small file endless data. */
const MAX_ALIASES = 1000;

/** Reads YAML. Tags it does not know, such as `!vault`, are read over. Throws an Error that says what is wrong, with its line. */
export function readYaml(text: string): YamlData {
  const counter = new LineCounter();
  // Keys of inventories are names: `no` and `12` as well.
  const document = parseDocument(text, { lineCounter: counter, logLevel: 'silent', stringKeys: true });
  const [wrong] = document.errors;
  if (wrong) throw new Error(wrong.message.split('\n', 1)[0]);
  const lines = new Map<string, number>();
  note(document.contents, '');

  function note(node: Node | null, path: string): void {
    if (!isMap(node)) return;
    for (const { key, value } of node.items) {
      if (!isScalar(key)) continue;
      const here = `${path}\0${String(key.value)}`;
      if (key.range) lines.set(here, counter.linePos(key.range[0]).line);
      note(value as Node | null, here);
    }
  }
  return {
    data: document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown,
    lineOf: (path) => lines.get(path.map((key) => `\0${key}`).join('')) ?? null,
  };
}
