/** Bounds of what is asked of a journal and of what is kept of an answer. */
export const journalLimits = {
  /** Entries of a page. */
  page: 500,
  /** UTF-16 units of a message that are kept. */
  message: 16 * 1024,
  /** UTF-16 units of one value of a field in the details. */
  value: 64 * 1024,
  /** Fields of one entry in the details, repeated ones counted each. */
  fields: 1000,
  /** Values of one field that are listed, for choosing from. */
  values: 2000,
  /** Boots that are listed, the newest ones. */
  boots: 500,
  /** Hosts of one merged journal. */
  hosts: 200,
  /** Units, identifiers and matches of one filter, each. */
  terms: 50,
  text: 500,
  /** Entries of the past that a follow begins with, of each host. */
  tail: 500,
  /** Entries of one export, of all hosts together. */
  export: 1_000_000,
} as const;
