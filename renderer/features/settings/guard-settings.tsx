import { useState, type ReactNode } from 'react';
import type { Settings } from '../../../shared/model/settings.ts';
import { hostLimits } from '../../../shared/model/host-limits.ts';
import { Icon } from '../../components/icon.tsx';
import { allowNotices } from '../../state/desktop-notices.ts';
import { useFleet } from '../../state/session-context.ts';

interface SectionProps {
  readonly settings: Settings;
  readonly onChange: (change: Partial<Settings>) => void;
}

/** What stands between a slip of the hand and a host. */
export function GuardSettings({ settings, onChange }: SectionProps): ReactNode {
  const { productionTags } = settings;
  const text = productionTags.join(' ');
  return (
    <section aria-labelledby="settings-guard">
      <h2 id="settings-guard">Guard rails</h2>
      <fieldset>
        <legend>Read-only mode</legend>
        <label className="settings__switch">
          <input
            type="checkbox"
            checked={settings.readOnlyMode}
            onChange={(event) => onChange({ readOnlyMode: event.target.checked })}
          />
          Start nothing on any host
        </label>
      </fieldset>
      <fieldset>
        <legend>Production tags</legend>
        {/* The key: what is kept may have been changed by another window. */}
        <TagsField key={text} text={text} onChange={(tags) => onChange({ productionTags: tags })} />
        <p className="settings__hint">
          Hosts with one of these tags are marked, and want their name typed before a reboot, a switch or a rollback.
        </p>
      </fieldset>
    </section>
  );
}

function TagsField({
  text: kept,
  onChange,
}: {
  readonly text: string;
  readonly onChange: (tags: string[]) => void;
}): ReactNode {
  const [text, setText] = useState(kept);
  const rows = useFleet((state) => state.rows);
  const tags = [...new Set(text.split(/[\s,]+/).filter((tag) => tag !== ''))];
  const problem =
    tags.length > hostLimits.tags
      ? `At most ${hostLimits.tags} tags.`
      : tags.some((tag) => tag.length > hostLimits.tag)
        ? `A tag has at most ${hostLimits.tag} characters.`
        : null;
  const wanted = new Set(tags.map((tag) => tag.toLowerCase()));
  const marked = [...rows.values()].filter((row) => row.tags.some((tag) => wanted.has(tag.toLowerCase()))).length;
  const commit = () => {
    if (problem === null && tags.join(' ') !== kept) onChange(tags);
  };
  return (
    <label className="settings__field">
      <input
        type="text"
        className="b-input"
        aria-label="Production tags"
        aria-invalid={problem !== null}
        value={text}
        placeholder="prod production"
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
      <span className="b-subtle b-small" role="status">
        {problem ?? (tags.length > 0 && `${marked.toLocaleString('en')} of ${rows.size.toLocaleString('en')} hosts`)}
      </span>
    </label>
  );
}

/** Whether the desktop is told of what happens. The one place that asks for its permission. */
export function NoticeSettings({ settings, onChange }: SectionProps): ReactNode {
  const [refused, setRefused] = useState(false);
  return (
    <section aria-labelledby="settings-notices">
      <h2 id="settings-notices">Desktop notifications</h2>
      <fieldset>
        <legend>While Berth is not in front</legend>
        <label className="settings__switch">
          <input
            type="checkbox"
            checked={settings.notify}
            onChange={({ target: { checked } }) => {
              void (async () => {
                const isAllowed = !checked || (await allowNotices());
                setRefused(!isAllowed);
                onChange({ notify: checked && isAllowed });
              })();
            }}
          />
          Tell me when a host needs me, or an operation ends
        </label>
        <p className="settings__hint" role="status">
          {refused ? (
            <>
              <Icon name="exclamation-triangle" tone="warn" /> Notifications are not allowed here: allow them for this
              page in the settings of the browser or the desktop.
            </>
          ) : (
            'With the name of the host and how it ended; never with what a host said.'
          )}
        </p>
      </fieldset>
    </section>
  );
}
