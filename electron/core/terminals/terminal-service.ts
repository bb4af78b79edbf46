import { BerthError } from '../../../shared/errors/failure.ts';
import type { Terminals } from './terminals.ts';

export interface TerminalServiceOptions {
  /** Where recordings are kept: the data folder of the core. */
  readonly dataDir: string;
}

export type TerminalService = Omit<Terminals, 'onChange'>;

/** The terminals of a core, once somebody has asked for one. */
export function createTerminalService(
  _options: TerminalServiceOptions,
  _changed: (id: string) => void,
): TerminalService {
  const unknown = () => Promise.reject(new BerthError('terminal.unknown'));
  return {
    open: unknown,
    close: () => undefined,
    reopen: unknown,
    list: () => [],
    get: () => null,
    record: unknown,
    recordings: () => Promise.resolve([]),
    removeRecording: unknown,
    exportRecording: () => nothing(),
    recordingBytes: () => nothing(),
    attach: (_id, _size, port) => port.end({ end: 'failed', message: 'This terminal is closed.' }),
    isInUse: () => false,
    dispose: () => Promise.resolve(),
  };
}

async function* nothing(): AsyncGenerator<never> {}
