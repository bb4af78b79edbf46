/** Limits of runs. `command` in characters; `seconds` the longest time limit; `text` bytes that are kept of one stream of one host. */
export const runLimits = {
  command: 8192,
  hosts: 1000,
  atOnce: 64,
  defaultAtOnce: 10,
  seconds: 24 * 3600,
  defaultSeconds: 60,
  text: 128 * 1024,
  /** Of one stream, over all hosts of a run. */
  allTexts: 24 * 1024 * 1024,
  /** Hosts whose output is asked for at once. */
  outputs: 50,
} as const;

/** Limits of snippets; lengths in characters. */
export const snippetLimits = { name: 80, about: 500, count: 500, value: 1000, parameters: 20 } as const;
