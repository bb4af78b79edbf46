import './settings.css';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Settings } from '../../../shared/model/settings.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Mono } from '../../components/small.tsx';
import { TopBar } from '../../components/top-bar.tsx';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';
import { GuardSettings, NoticeSettings } from './guard-settings.tsx';
import { HistorySettings } from './history-settings.tsx';
import { RememberedSecrets } from './remembered-secrets.tsx';
import { TerminalSettings } from './terminal-settings.tsx';
import { ConnectionDefaults } from './connection-defaults.tsx';

const themes = { system: 'As the system', light: 'Light', dark: 'Dark' } as const;
const contrasts = { system: 'As the system', normal: 'Normal', high: 'High' } as const;
const homes = { electron: 'a desktop window', browser: 'a browser', cli: 'a terminal', test: 'a test' } as const;

export function SettingsPage(): ReactNode {
  const { info, settings: store, toasts } = useSession();
  const { settings } = useStore(store);

  function set(change: Partial<Settings>): void {
    store.set({ ...settings, ...change }).catch((error: unknown) => {
      toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
    });
  }

  return (
    <>
      <TopBar>
        <h1>Settings</h1>
      </TopBar>
      <div className="settings">
        <section aria-labelledby="settings-look">
          <h2 id="settings-look">Look</h2>
          <Choice
            label="Theme"
            name="theme"
            words={themes}
            value={settings.theme}
            onChange={(theme) => set({ theme })}
          />
          <Choice
            label="Contrast"
            name="contrast"
            words={contrasts}
            value={settings.contrast}
            onChange={(contrast) => set({ contrast })}
          />
          <fieldset>
            <legend>Screen reader</legend>
            <label className="settings__switch">
              <input
                type="checkbox"
                checked={settings.readLogs}
                onChange={(event) => set({ readLogs: event.target.checked })}
              />
              Read new lines of logs aloud
            </label>
          </fieldset>
        </section>
        <ConnectionDefaults settings={settings} onChange={set} />
        <RememberedSecrets />
        <GuardSettings settings={settings} onChange={set} />
        <NoticeSettings settings={settings} onChange={set} />
        <TerminalSettings settings={settings} onChange={set} />
        <HistorySettings limits={settings.history} onChange={set} />
        <section aria-labelledby="settings-about">
          <h2 id="settings-about">This Berth</h2>
          <dl>
            <dt>Version</dt>
            <dd>
              {info.version}, in {homes[info.home]}
            </dd>
            <dt>Runs as</dt>
            <dd>
              <Mono>
                {info.user}@{info.workstation}
              </Mono>
            </dd>
            <dt>Data</dt>
            <dd>
              <Mono>{info.dataDir}</Mono> <CopyButton text={info.dataDir} what="the path of the data folder" />
              <p className="b-subtle b-small">
                {info.demo === null
                  ? 'The fleet, the history with its logs, and the host keys you accepted. A password only where you wanted it in the keychain, encrypted.'
                  : 'A folder of the demo: it goes when the demo ends, and holds nothing of your own fleet.'}
              </p>
            </dd>
          </dl>
        </section>
        {info.problems.length > 0 && (
          <section aria-labelledby="settings-problems">
            <h2 id="settings-problems">Files that could not be read</h2>
            <ul>
              {info.problems.map((problem, index) => (
                <li key={index}>
                  <Icon name="exclamation-triangle" tone="warn" /> {failureText(problem)}
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </>
  );
}

function Choice<T extends string>({
  label,
  name,
  words,
  value,
  onChange,
}: {
  readonly label: string;
  readonly name: string;
  readonly words: Readonly<Record<T, string>>;
  readonly value: T;
  readonly onChange: (value: T) => void;
}): ReactNode {
  return (
    <fieldset>
      <legend>{label}</legend>
      {(Object.entries(words) as [T, string][]).map(([each, word]) => (
        <label key={each}>
          <input type="radio" name={name} checked={value === each} onChange={() => onChange(each)} />
          {word}
        </label>
      ))}
    </fieldset>
  );
}
