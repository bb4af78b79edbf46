import { type ReactNode } from 'react';
import { useStore } from 'zustand';
import { terminalChoices } from '../../../shared/logic/connect-choices.ts';
import { formatTime } from '../../../shared/logic/format.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import type { Host, RecordChoice } from '../../../shared/model/host.ts';
import { Button } from '../../components/button.tsx';
import { SelectField } from '../../components/field.tsx';
import { StateWord } from '../../components/icon.tsx';
import { byWords } from '../../parts/connect-options.ts';
import { clipboardOptions, clipboardWord, recordOptions, recordWord } from '../../parts/terminal-options.ts';
import { useGroups } from '../../parts/use-groups.ts';
import { dockTab } from '../../state/dock-store.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';
import { useGuarded } from '../../state/use-guarded.ts';
import './host-terminals.css';
import { RecordingsList } from './recordings-list.tsx';
import { terminalLook } from './terminal-words.ts';

/** The tab of a host: its terminals, what holds for them, and what was recorded. */
export function HostTerminals({ detail: { host } }: { readonly detail: HostDetail }): ReactNode {
  const { terminals: store, dock } = useSession();
  const guarded = useGuarded();
  const terminals = useStore(store, (state) => state.terminals);
  const own = [...terminals.values()].filter(({ hostId }) => hostId === host.id);
  return (
    <div className="hostterms">
      <section aria-labelledby="host-terminals">
        <div className="hostterms__head">
          <h2 id="host-terminals">Terminals</h2>
          <Button
            icon="plus"
            disabledBecause={guarded ?? undefined}
            onClick={() => dock.ask({ kind: 'terminal', hostId: host.id, another: true })}
          >
            New terminal
          </Button>
        </div>
        {own.length === 0 && <p className="b-subtle">No shell is open on this host.</p>}
        <ul className="hostterms__list">
          {own.map((info) => {
            const { icon, tone, word } = terminalLook(info);
            return (
              <li key={info.id}>
                <StateWord icon={icon} tone={tone}>
                  {word}
                </StateWord>
                <span className="b-subtle">since {formatTime(Date.parse(info.openedAt))}</span>
                <span className="b-cut b-grow">{info.title}</span>
                <Button variant="link" onClick={() => dock.ask({ kind: 'show', tab: dockTab.terminal(info.id) })}>
                  Show
                </Button>
              </li>
            );
          })}
        </ul>
      </section>
      <Choices host={host} />
      <section aria-labelledby="host-recordings">
        <h2 id="host-recordings">Recordings</h2>
        <RecordingsList hostId={host.id} />
      </section>
    </div>
  );
}

function Choices({ host }: { readonly host: Host }): ReactNode {
  const { client, toasts } = useSession();
  const groups = useGroups();
  if (!groups) return null;
  const group = groups.find(({ name }) => name === host.group) ?? null;
  const inherited = terminalChoices({}, group);

  function change(next: Pick<Host, 'clipboard' | 'record'>): void {
    const { id, createdAt: _createdAt, clipboard: _clipboard, record: _record, ...rest } = host;
    client.host.update({ id, host: { ...rest, ...next } }).catch((error: unknown) => {
      toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
    });
  }
  const said = {
    ...(host.clipboard !== undefined && { clipboard: host.clipboard }),
    ...(host.record !== undefined && { record: host.record }),
  };
  const { clipboard: _c, ...withoutClipboard } = said;
  const { record: _r, ...withoutRecord } = said;

  return (
    <section className="hostterms__choices" aria-label="What holds for terminals on this host">
      <SelectField
        label="Programs there may write the clipboard"
        value={host.clipboard === undefined ? 'group' : host.clipboard ? 'yes' : 'no'}
        options={[
          {
            value: 'group',
            text: `${clipboardWord(inherited.clipboard.value)} (${byWords(inherited.clipboard.by, host.group)})`,
          },
          ...clipboardOptions,
        ]}
        hint="With OSC 52, as editors over ssh do. Reading it is never allowed."
        onChange={(value) => change(value === 'group' ? withoutClipboard : { ...said, clipboard: value === 'yes' })}
      />
      <SelectField<RecordChoice | 'group'>
        label="Record each terminal"
        value={host.record ?? 'group'}
        options={[
          {
            value: 'group',
            text: `${recordWord(inherited.record.value)} (${byWords(inherited.record.by, host.group)})`,
          },
          ...recordOptions,
        ]}
        hint="From the next one on that is opened."
        onChange={(value) => change(value === 'group' ? withoutRecord : { ...said, record: value })}
      />
    </section>
  );
}
