import { useStore } from 'zustand';
import { failure } from '../../shared/errors/failure.ts';
import { failureText } from './failure-of.ts';
import { useSession } from './session-context.ts';

/** Why nothing may be done to any host (read-only mode), null when it may. The core refuses it too; this is for the buttons. */
export function useGuarded(): string | null {
  const { settings } = useSession();
  const isReadOnly = useStore(settings, (state) => state.settings.readOnlyMode);
  return isReadOnly ? failureText(failure('guard.read-only')) : null;
}
