/** What a command of Berth exits with; `berth --help` says the same. */
export const exitCode = {
  /** Everything went well. */
  done: 0,
  /** Something failed: a host could not be read, or the operation did not do what was asked. */
  failed: 1,
  /** The command line was not understood, or needs an answer that nobody can give. Nothing was done. */
  usage: 2,
  /** The pre-flight found something that stops it. Nothing was done. */
  preflight: 3,
  /** How it ended is not known: the host did not come back, or Ctrl-C left it running. */
  unknown: 4,
  /** Nothing to do: it was so already, or there is no update. */
  noChange: 10,
  /** Ctrl-C before anything was started. */
  interrupted: 130,
} as const;
