/** What a command of Berth exits with; `berth --help` says the same. */
export const exitCode = {
  /** Everything went well; nothing to do counts as well. */
  done: 0,
  /** Something failed: a host could not be read, or the operation did not do what was asked. */
  failed: 1,
  /** The command line was not understood, or needs an answer that nobody can give. Nothing was done. */
  usage: 2,
  /** How it ended is not known: the host did not come back, or Ctrl-C left it running. */
  unknown: 4,
  /** Ctrl-C before anything was started. */
  interrupted: 130,
} as const;
