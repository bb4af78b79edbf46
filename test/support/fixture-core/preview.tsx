/** The page over a fixture, to be looked at: `npx vite test/support/fixture-core`, then `/?hosts=24&theme=dark`. */
import '../../../renderer/styles/all.css';
import { createRoot } from 'react-dom/client';
import { App } from '../../../renderer/app.tsx';
import type { Prompt } from '../../../shared/model/prompt.ts';
import { createFixtureCore } from './fixture-core.ts';
import { bigFleet } from './fixture-rows.ts';

const query = new URLSearchParams(location.search);
const hosts = Number(query.get('hosts') ?? 24);
const core = createFixtureCore(bigFleet(hosts), {
  demoRows: bigFleet(24),
  info: { demo: query.has('demo') ? hosts : null },
});
await core.connection.client.settings.set({
  theme: query.get('theme') === 'dark' ? 'dark' : 'light',
  contrast: query.has('contrast') ? 'high' : 'normal',
});
const question = { id: 'p1', hostId: 'web-03.ber', hostName: 'web-03.ber', askedAt: Date.now() };
const prompts: Readonly<Record<string, Prompt>> = {
  'host-key': {
    ...question,
    kind: 'host-key',
    address: '10.20.4.13',
    port: 22,
    keyType: 'ED25519',
    fingerprint: 'SHA256:Wk4nE8aPz2LhQ0sXfB7jTg5DmYc9RuOv1iN6KxHe3rA',
    command: 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
  },
  password: { ...question, kind: 'password', user: 'admin', address: '10.20.4.13' },
  'keyboard-interactive': {
    ...question,
    kind: 'keyboard-interactive',
    user: 'admin',
    address: '10.20.4.13',
    title: 'Two-factor login',
    instruction: 'Enter the code of your token.\nIt changes every 30 s.',
    fields: [
      { label: 'Password: ', echo: false },
      { label: 'One-time code: ', echo: true },
    ],
  },
};
const prompt = prompts[query.get('prompt') ?? ''];
if (prompt) core.prompts.set([prompt]);

createRoot(document.getElementById('root')!).render(<App connect={() => Promise.resolve(core.connection)} />);
