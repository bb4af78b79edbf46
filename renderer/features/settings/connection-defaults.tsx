import { useId, useMemo, type ReactNode } from 'react';
import { groups } from '../../../shared/logic/fleet-figures.ts';
import type { Settings } from '../../../shared/model/settings.ts';
import { Button } from '../../components/button.tsx';
import { Choices } from '../../components/choices.tsx';
import { SelectField } from '../../components/field.tsx';
import { privilegeOptions, transportOptions } from '../../parts/connect-options.ts';
import { useFleet, useSession } from '../../state/session-context.ts';

/** Beyond so many groups the list of hosts is the better place to find one. */
const GROUPS_SHOWN = 60;

/** How hosts are reached of which neither they nor their group say it, and the way to the groups. */
export function ConnectionDefaults({
  settings,
  onChange,
}: {
  readonly settings: Settings;
  readonly onChange: (change: Partial<Settings>) => void;
}): ReactNode {
  const id = useId();
  const { dialogs } = useSession();
  const rows = useFleet((state) => state.rows);
  const names = useMemo(
    () =>
      groups(rows.values())
        .filter(({ term }) => term !== 'group:none')
        .map(({ label }) => label),
    [rows],
  );
  return (
    <section aria-labelledby={id} className="settings__connections">
      <h2 id={id}>Connections</h2>
      <Choices
        legend="Made by, where neither the host nor its group says"
        value={settings.transport}
        options={transportOptions}
        onChange={(transport) => onChange({ transport })}
      />
      <SelectField
        label="Root through"
        value={settings.privilege}
        options={privilegeOptions}
        onChange={(privilege) => onChange({ privilege })}
      />
      {names.length > 0 && (
        <div className="settings__groups" role="group" aria-label="Groups">
          <span className="b-subtle b-small">For one group</span>
          {names.slice(0, GROUPS_SHOWN).map((name) => (
            <Button key={name} variant="link" onClick={() => dialogs.show({ kind: 'group', name })}>
              {name}…
            </Button>
          ))}
        </div>
      )}
    </section>
  );
}
