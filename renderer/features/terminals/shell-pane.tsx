import { useEffect, useLayoutEffect, useRef, useSyncExternalStore, type ReactNode } from 'react';
import { formatBytes } from '../../../shared/logic/format.ts';
import type { TerminalInfo } from '../../../shared/model/terminal.ts';
import { Button } from '../../components/button.tsx';
import { StateWord } from '../../components/icon.tsx';
import { dockTab } from '../../state/dock-store.ts';
import { failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';
import { useDock, useDockState, useTerminal } from './dock-context.ts';
import { FindBar } from './find-bar.tsx';
import { terminalLook } from './terminal-words.ts';
import '@xterm/xterm/css/xterm.css';

/** A shell: what there is to know about it, if anything, and its terminal. */
export function ShellPane({ terminalId }: { readonly terminalId: string }): ReactNode {
  const model = useDock();
  const info = useTerminal(terminalId);
  const finding = useDockState((state) => state.finding === dockTab.terminal(terminalId));
  const isReceiver = useDockState(({ broadcast }) => broadcast?.receivers.includes(terminalId) ?? false);
  const announcer = useSession().announcer;
  const place = useRef<HTMLDivElement>(null);
  const shell = model.shell(terminalId);
  const view = useSyncExternalStore(shell.subscribe, shell.state);

  useLayoutEffect(() => {
    if (!place.current) return undefined;
    shell.show(place.current);
    return () => shell.hide();
  }, [shell]);

  const sentence = info ? terminalLook(info).sentence : null;
  useEffect(() => {
    if (sentence !== null) announcer.say(sentence);
  }, [announcer, sentence]);

  return (
    <div className={isReceiver ? 'shellpane is-broadcast' : 'shellpane'}>
      {info && <StateStrip info={info} />}
      {finding && <FindBar shell={shell} matches={view.matches} onClose={() => endFinding()} />}
      <div
        ref={place}
        className="shellpane__term"
        tabIndex={-1}
        data-pane-focus
        data-region-focus
        onFocus={(event) => {
          if (event.target === event.currentTarget) shell.focus();
        }}
      />
    </div>
  );

  function endFinding(): void {
    shell.find(null, { regex: false, caseSensitive: false }, 'next');
    model.setFinding(null);
    shell.focus();
  }
}

/** Nothing while a shell is open and nobody records it. */
function StateStrip({ info }: { readonly info: TerminalInfo }): ReactNode {
  const model = useDock();
  const { icon, tone, sentence } = terminalLook(info);
  const { recording, recordingFailure, droppedBytes, multiplexers, attached, state } = info;
  const canReopen = state.kind === 'ended' || state.kind === 'lost';
  if (sentence === null && !recording && !recordingFailure && droppedBytes === 0) return null;
  return (
    <div className="dock__strip" role="status">
      {sentence !== null && (
        <StateWord icon={icon} tone={tone}>
          {sentence}
        </StateWord>
      )}
      {recording && (
        <span
          className="dock__rec"
          title={recording.withInput ? 'What is typed is recorded too, passwords included' : undefined}
        >
          <span className="dock__dot" aria-hidden="true" /> Recording{recording.withInput && ', with what is typed'}
        </span>
      )}
      {recordingFailure && (
        <StateWord icon="exclamation-triangle" tone="warn">
          {failureText(recordingFailure)}
        </StateWord>
      )}
      {droppedBytes > 0 && sentence === null && (
        <span className="b-subtle b-small">{formatBytes(droppedBytes)} of output dropped by an interrupt</span>
      )}
      <span className="b-grow" />
      {recording && (
        <Button variant="link" onClick={() => model.record(info.id, false, false)}>
          Stop recording
        </Button>
      )}
      {canReopen && (
        <>
          <Button variant="secondary" onClick={() => reopen(null)}>
            {state.kind === 'lost' ? 'Connect now' : 'New shell'}
          </Button>
          {multiplexers.map((each) => (
            <Button key={each} variant="secondary" onClick={() => reopen(each)}>
              {attached === each ? `Attach ${each} again` : `Attach ${each}`}
            </Button>
          ))}
          <Button variant="link" onClick={() => model.close(dockTab.terminal(info.id))}>
            Close
          </Button>
        </>
      )}
    </div>
  );

  function reopen(attach: 'tmux' | 'screen' | null): void {
    model.reopen(info.id, attach);
    model.focusPane();
  }
}
