import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { plural } from '../../../shared/logic/format.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { useSession } from '../../state/session-context.ts';
import { useDock, useDockState, useTerminalNames } from './dock-context.ts';

/** Who gets what is typed, while a broadcast lasts; the panes of these have a frame of the same colour. */
export function BroadcastBar(): ReactNode {
  const model = useDock();
  const broadcast = useDockState((state) => state.broadcast);
  const names = useTerminalNames();
  const seconds = useStore(useSession().settings, ({ settings }) => settings.terminal.broadcastIdleSeconds);
  if (!broadcast) return null;
  const list = broadcast.receivers.map((id) => names.get(id) ?? id).join(', ');
  return (
    <div className="dock__strip dock__strip--broadcast" role="status">
      <Icon name="broadcast-tower" tone="warn" />
      <span className="b-cut b-grow" title={list}>
        <b>What you type goes to {plural(broadcast.receivers.length, 'terminal')}:</b> {list}
      </span>
      <span className="b-subtle b-small b-wide">Off after {seconds} s without a key</span>
      <Button variant="secondary" onClick={() => model.endBroadcast('Broadcast off.')}>
        Stop
      </Button>
    </div>
  );
}
