import { useState, type ReactNode } from 'react';
import { TerminalSettings as Model, type Settings } from '../../../shared/model/settings.ts';
import { Button } from '../../components/button.tsx';
import { dockTab } from '../../state/dock-store.ts';
import { useSession } from '../../state/session-context.ts';

type Numbers = 'fontSize' | 'scrollback' | 'graceMinutes' | 'broadcastIdleSeconds';
type Switches = 'screenReader' | 'pasteGuard' | 'copyOnSelect';

const numbers: readonly (readonly [Numbers, string, string, string])[] = [
  ['fontSize', 'Size of letters', 'pixels', '8 to 32'],
  ['scrollback', 'Kept of what was scrolled away', 'lines', '1000 to 100000'],
  ['graceMinutes', 'A terminal that no window shows ends after', 'minutes', '0 to 10080; 0: with its last window'],
  ['broadcastIdleSeconds', 'A broadcast ends without a key after', 'seconds', '10 to 3600'],
];

const switches: readonly (readonly [Switches, string])[] = [
  ['pasteGuard', 'Show several lines, and control characters, before they are pasted'],
  ['copyOnSelect', 'Copy what is selected at once'],
  ['screenReader', 'Read terminals aloud (screen reader)'],
];

/** How terminals look and what they do, on this computer. What holds for one host is in its tab Terminal. */
export function TerminalSettings({
  settings: { terminal },
  onChange,
}: {
  readonly settings: Settings;
  readonly onChange: (change: Pick<Settings, 'terminal'>) => void;
}): ReactNode {
  const { dock } = useSession();
  const set = (change: Partial<Settings['terminal']>) => onChange({ terminal: { ...terminal, ...change } });
  return (
    <section aria-labelledby="settings-terminal">
      <h2 id="settings-terminal">Terminals</h2>
      <fieldset>
        <legend>Letters and lines</legend>
        <FontField
          key={terminal.fontFamily}
          kept={terminal.fontFamily}
          onChange={(fontFamily) => set({ fontFamily })}
        />
        {numbers.map(([name, before, unit, range]) => (
          <NumberField
            // The key: what is kept may have been changed by another window.
            key={`${name} ${terminal[name]}`}
            before={before}
            unit={unit}
            range={range}
            kept={terminal[name]}
            isRight={(value) => Model.shape[name].safeParse(value).success}
            onChange={(value) => set({ [name]: value })}
          />
        ))}
      </fieldset>
      <fieldset>
        <legend>What they do</legend>
        {switches.map(([name, text]) => (
          <label key={name} className="settings__switch">
            <input
              type="checkbox"
              checked={terminal[name]}
              onChange={({ target }) => set({ [name]: target.checked })}
            />
            {text}
          </label>
        ))}
        <label className="settings__switch">
          <input
            type="checkbox"
            checked={terminal.webgl === 'auto'}
            onChange={({ target }) => set({ webgl: target.checked ? 'auto' : 'off' })}
          />
          Draw with the graphics card where that works
        </label>
        <p className="settings__hint">
          Whether programs may write the clipboard, and what is always recorded, is said for a host in its tab Terminal,
          or for a group in its settings.
        </p>
        <Button onClick={() => dock.ask({ kind: 'show', tab: dockTab.recordings })}>Recordings</Button>
      </fieldset>
    </section>
  );
}

function NumberField({
  before,
  unit,
  range,
  kept,
  isRight,
  onChange,
}: {
  readonly before: string;
  readonly unit: string;
  readonly range: string;
  readonly kept: number;
  readonly isRight: (value: number) => boolean;
  readonly onChange: (value: number) => void;
}): ReactNode {
  const [text, setText] = useState(String(kept));
  const value = Number(text.trim());
  const isGood = text.trim() !== '' && isRight(value);
  const commit = () => {
    if (isGood && value !== kept) onChange(value);
  };
  return (
    <label className="settings__limit">
      <span>{before}</span>
      <input
        type="text"
        inputMode="numeric"
        className="b-input"
        aria-label={`${before}, in ${unit}`}
        aria-invalid={!isGood}
        value={text}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
      <span>{isGood ? unit : `${unit}: ${range}`}</span>
    </label>
  );
}

function FontField({
  kept,
  onChange,
}: {
  readonly kept: string | null;
  readonly onChange: (family: string | null) => void;
}): ReactNode {
  const [text, setText] = useState(kept ?? '');
  const commit = () => {
    const family = text.trim() === '' ? null : text.trim();
    if (family !== kept) onChange(family);
  };
  return (
    <label className="settings__limit">
      <span>Font of this computer</span>
      <input
        type="text"
        className="b-input"
        aria-label="Font of terminals"
        value={text}
        maxLength={200}
        placeholder="Red Hat Mono"
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
      <span>of one width, without ligatures</span>
    </label>
  );
}
