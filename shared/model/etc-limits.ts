/** The most bytes of content of a file of /etc that one answer carries. */
export const MAX_ETC_CONTENT = 1024 * 1024;

/** How many hosts are compared with each other at a time. */
export const MAX_ETC_HOSTS = 500;

/** How much one operation on /etc may be about: files that are named, paths that are changed for them, bytes of new and of saved content. */
export const etcActLimits = {
  files: 200,
  steps: 1_000,
  content: 4 * 1024 * 1024,
  contents: 16 * 1024 * 1024,
  saved: 32 * 1024 * 1024,
} as const;
