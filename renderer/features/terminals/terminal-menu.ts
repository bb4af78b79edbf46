import type { TerminalInfo } from '../../../shared/model/terminal.ts';
import type { MenuItem } from '../../components/menu.tsx';
import { saveText } from '../../parts/save-text.ts';
import { dockTab } from '../../state/dock-store.ts';
import type { DockModel } from './dock-model.ts';
import { focusedPane, panesOf, splitPane } from './layout.ts';

/** What can be done with a terminal: from its tab, from the dock's menu, and in the terminal itself. */
export function terminalMenu(model: DockModel, info: TerminalInfo): readonly MenuItem[] {
  const tab = dockTab.terminal(info.id);
  const { layout } = model.getState();
  const shell = model.shell(info.id);
  const others = layout.tabs.length > 1;
  return [
    {
      label: 'Copy the selection',
      icon: 'copy',
      disabledBecause: shell.state().hasSelection ? undefined : 'Nothing is selected.',
      run: () => void shell.act('copy'),
    },
    { label: 'New terminal on this host', icon: 'plus', run: () => void model.open(info.hostId) },
    {
      label: 'Show beside',
      icon: 'columns',
      disabledBecause: others ? undefined : 'There is no other tab.',
      separated: true,
      run: () => model.setLayout((now) => splitPane(now, focusedPane(now).id, 'right', tab)),
    },
    {
      label: 'Show below',
      icon: 'minus',
      disabledBecause: others ? undefined : 'There is no other tab.',
      run: () => model.setLayout((now) => splitPane(now, focusedPane(now).id, 'down', tab)),
    },
    ...(panesOf(layout.root).length > 1
      ? [{ label: 'One pane only', icon: 'times', run: () => model.onePane(tab) } as const]
      : []),
    ...info.multiplexers
      .filter((each) => each !== info.attached && info.state.kind !== 'open')
      .map((each): MenuItem => ({ label: `Attach ${each}`, icon: 'terminal', run: () => model.reopen(info.id, each) })),
    {
      label: 'Save what is shown as text',
      icon: 'download',
      separated: true,
      run: () => saveText('terminal.txt', shell.text()),
    },
    { label: 'Clear what was scrolled away', icon: 'trash', run: () => shell.clear() },
    { label: 'Close', icon: 'times', separated: true, run: () => model.close(tab) },
  ];
}
